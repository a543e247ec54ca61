return KMeans.Client.CommandLine.Invocation.Run(args);
