var data = [
  ['quin.ivanov901@example.com', 'River!lunar5284'],
  ['cleo.fuchs902@example.com', 'Comet*karma5253'],
  ['kira.olsen903@example.net', 'Comet+ember1882'],
  ['bert.ivanov904@example.org', 'Cloud?haven3018'],
  ['cleo.rossi905@example.com', 'Cloud=delta1747'],
  ['kira.olsen906@example.org', 'Frost*jolly436'],
  ['joel.petit907@example.net', 'Ember?frost7625'],
  ['kira.dietz908@example.org', 'Cloud#river474'],
  ['bert.dietz909@example.net', 'Cedar$cedar277'],
  ['bert.ivanov910@example.com', 'Karma!comet3030'],
];
