INSERT INTO users (id, login, password) VALUES
(0,'bGVuYWhhYXMyOTg=','bmlja2VsIWNvcHBlcjg2'),
(1,'aW5lc2Jlcmc0NTc=','cXVhcnR6I3dpbGxvdzc4'),
(2,'bGVuYWNvc3RhNzc0','V2lsbG93LW5pY2tlbDcz'),
(3,'eXVyaXZvc3M0MDc=','Q29wcGVyLmhhcnZlc3Q1NA==');
