using System.Reflection;
using KMeans.Client;

Adapters.Register();
Console.WriteLine($"kmeans {Assembly.GetExecutingAssembly().GetName().Version!.ToString(3)}");
