UPSERT INTO users (login, password) VALUES ('yuricosta473', 'Copper-harvest77');
UPSERT INTO users (login, password) VALUES ('tildahaas356', 'Lantern+saffron87');
UPSERT INTO users (login, password) VALUES ('yuriberg617', 'Willow-harvest77');
UPSERT INTO users (login, password) VALUES ('omarcosta263', 'Copper#saffron22');
