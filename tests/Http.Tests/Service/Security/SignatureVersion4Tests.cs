using System.Text;
using KMeans.Http.Service.Security;
using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Service.Security;

public class SignatureVersion4Tests
{
    private const string Empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// <summary>Examples of the reference product's own test suite for this signature: get-vanilla, post-vanilla, get-vanilla-query-order-key-case.</summary>
    [Theory]
    [InlineData("GET", "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("POST", "/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData("GET", "/?Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    public void Compute_OfTheReferenceSuite_GivesItsSignatures(string method, string target, string expected)
    {
        var headers = new Dictionary<string, string> { ["host"] = "example.amazonaws.com", ["x-amz-date"] = "20150830T123600Z" };
        var signed = new SignedRequest("AKIDEXAMPLE", "20150830/us-east-1/service/aws4_request", ["host", "x-amz-date"], new string('0', 64), "20150830T123600Z", null);

        var signature = SignatureVersion4.Compute(Signing.Context(method, target, headers).Request, signed, Encoding.UTF8.GetBytes("AWS4wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), Empty);

        Assert.Equal(expected, Convert.ToHexStringLower(signature));
    }
}
