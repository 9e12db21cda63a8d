COPY public.events (id, payload) FROM stdin;
601	{"email": "rosa.hauser601@example.org", "password": "Karma%ivory5360"}
602	{"email": "tara.hauser602@example.net", "password": "Piano$frost6473"}
603	{"email": "emil.brandt603@example.net", "password": "Karma#haven3580"}
604	{"email": "gina.hauser604@example.com", "password": "Frost#piano9068"}
605	{"email": "mona.jansen605@example.org", "password": "Ember!river3643"}
606	{"email": "iris.tanaka606@example.net", "password": "Fable#comet7157"}
607	{"email": "olga.brandt607@example.org", "password": "Lunar+frost6401"}
608	{"email": "paul.moreau608@example.org", "password": "Comet*ocean6182"}
609	{"email": "finn.lopez609@example.com", "password": "Stone*delta8321"}
610	{"email": "cleo.fuchs610@example.net", "password": "Maple?grove6513"}
\.
