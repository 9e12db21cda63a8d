INSERT INTO users (login, password) VALUES ('tildasilva790', '\x6d6561646f772e6e69636b656c3833');
INSERT INTO users (login, password) VALUES ('tildavoss521', '\x48617276657374216d6561646f773236');
INSERT INTO users (login, password) VALUES ('pavelberg694', '\x73616666726f6e5f71756172747a3335');
INSERT INTO users (login, password) VALUES ('pavelhaas797', '\x6e69636b656c23686172766573743231');
