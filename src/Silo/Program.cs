return await KMeans.Silo.SiloProgram.RunAsync(args);
