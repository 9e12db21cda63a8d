INSERT INTO `t` (`id`, `login`, `user_pw`, `created`) VALUES
(0,'lenahaas415','meadow-saffron84','2024-01-01'),
(1,'noorhaas833','Harvest+copper32','2024-01-01'),
(2,'pavelberg838','meadow!harvest32','2024-01-01'),
(3,'yurisilva613','saffron?lantern41','2024-01-01');
