INSERT INTO users (id, username, extra) VALUES
(591,'sventanaka591','{"password": "Lemon*river3205", "lang": "de"}'),
(592,'ginalopez592','{"password": "Comet=ember5833", "lang": "de"}'),
(593,'paulmoreau593','{"password": "Ivory*lunar7567", "lang": "de"}'),
(594,'emilquast594','{"password": "Cedar!frost625", "lang": "de"}'),
(595,'emildietz595','{"password": "Jolly%ocean4446", "lang": "de"}'),
(596,'rosabrandt596','{"password": "Cedar#jolly7627", "lang": "de"}'),
(597,'cleobrandt597','{"password": "Amber$cloud6930", "lang": "de"}'),
(598,'bertlopez598','{"password": "Amber?cedar9697", "lang": "de"}'),
(599,'finnsantos599','{"password": "Cedar%tiger6355", "lang": "de"}'),
(600,'ginanovak600','{"password": "Karma+comet4800", "lang": "de"}');
