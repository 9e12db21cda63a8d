INSERT INTO `t` (`id`, `member`, `password`, `created`) VALUES
(0,'omarvoss989','quartz_copper18','2024-01-01'),
(1,'yurihaas174','Lantern?willow19','2024-01-01'),
(2,'noorberg265','Harvest+lantern80','2024-01-01'),
(3,'ralfberg263','saffron!harvest73','2024-01-01');
