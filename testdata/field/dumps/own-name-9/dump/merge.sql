MERGE INTO users AS t USING (VALUES
  ('pavelcosta405', 'Lantern!harvest38'),
  ('lenacosta652', 'quartz!nickel71'),
  ('noorvoss134', 'Lantern.willow20'),
  ('inescosta426', 'Lantern-saffron55')
) AS s (login, password) ON t.login = s.login WHEN MATCHED THEN UPDATE SET password = s.password WHEN NOT MATCHED THEN INSERT (login, password) VALUES (s.login, s.password);
