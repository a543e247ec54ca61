namespace KMeans.Tests;

public class InputExceptionTests
{
    [Fact]
    public void Message_WithControlCharacters_IsOneLine()
    {
        const string Message = "a\nb.csv: column 'x\r\ny\u001b[31m\u2028\u0085' is \u00e9 missing.";
        Assert.Equal("a b.csv: column 'x  y [31m  ' is \u00e9 missing.", new InputException(Message).Message);
        Assert.Equal("a b", new InputException("a\tb", new IOException()).Message);
    }
}
