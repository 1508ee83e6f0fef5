using System.Text;
using Gateway.Core.Tokens;

namespace Gateway.Tests.Tokens;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData(@"a\n\r\t\b\f\""\\\/z", "a\n\r\t\b\f\"\\/z")]
    [InlineData(@"\u00e9\u4E2D", "é中")]
    [InlineData(@"\ud83d\ude00!", "😀!")]
    [InlineData(@"\ud83d", "\uFFFD")]
    [InlineData(@"\ud83dx", "\uFFFDx")]
    [InlineData(@"\ude00\ud83d\u0041", "\uFFFD\uFFFDA")]
    [InlineData(@"\u12", "\uFFFD")]
    [InlineData(@"\", "\\")]
    public void Escapes_are_decoded_and_halves_replaced(string raw, string text)
    {
        var target = new byte[raw.Length * 3];
        var length = JsonText.Decode(Encoding.UTF8.GetBytes(raw), target);
        Encoding.UTF8.GetString(target, 0, length).Should().Be(text);
    }
}
