using System.Diagnostics.CodeAnalysis;

[assembly: SuppressMessage("Naming", "CA1711", Scope = "type", Target = "~T:KMeans.Browser.Tests.Support.BrowserCollection", Justification = "It is what xunit calls a collection.")]
