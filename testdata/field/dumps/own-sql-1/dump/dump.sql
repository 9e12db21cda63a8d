INSERT ALL
  INTO users (id, username, password) VALUES (2621, 'ginagomez2621', 'Lemon*jolly7993')
  INTO users (id, username, password) VALUES (2622, 'svenivanov2622', 'Haven#ember8533')
  INTO users (id, username, password) VALUES (2623, 'nicoquast2623', 'Comet$maple3054')
  INTO users (id, username, password) VALUES (2624, 'kiratanaka2624', 'Comet?ember1289')
  INTO users (id, username, password) VALUES (2625, 'bertpetit2625', 'Lunar=amber5799')
  INTO users (id, username, password) VALUES (2626, 'paulhauser2626', 'Piano$karma8920')
  INTO users (id, username, password) VALUES (2627, 'ginamoreau2627', 'Haven+ember6078')
  INTO users (id, username, password) VALUES (2628, 'emillopez2628', 'Cloud*ocean6243')
  INTO users (id, username, password) VALUES (2629, 'cleolopez2629', 'Frost+stone275')
  INTO users (id, username, password) VALUES (2630, 'quinrossi2630', 'Frost!karma3472')
SELECT * FROM dual;
