INSERT INTO users (id, doc) VALUES (0, '{"login": "inescosta137", "password": "Lantern+saffron61"}'::jsonb);
INSERT INTO users (id, doc) VALUES (1, '{"login": "lenasilva169", "password": "Harvest_lantern29"}'::jsonb);
INSERT INTO users (id, doc) VALUES (2, '{"login": "pavelberg734", "password": "meadow-nickel73"}'::jsonb);
INSERT INTO users (id, doc) VALUES (3, '{"login": "omarkim827", "password": "nickel.willow50"}'::jsonb);
