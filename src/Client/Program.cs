using System.Reflection;

Console.WriteLine($"kmeans {Assembly.GetExecutingAssembly().GetName().Version!.ToString(3)}");
