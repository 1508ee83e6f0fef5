using System.Text;
using System.Text.Json;
using Gateway.Providers.Dialects;

namespace Gateway.Providers.Tests.Dialects;

public sealed class JsonEndTests
{
    [Theory]
    [InlineData("""{}""")]
    [InlineData(""" {"a":{"b":[1,{"c":"}"}]}}""")]
    [InlineData("""{"a":"\"}"}""")]
    [InlineData("""{"a":"\\"}""")]
    [InlineData("""{"a":"\\\"}{"}""")]
    [InlineData("{\n\t\"a\":\r\n1}")]
    [InlineData("""{"é🙂<":"}"}""")]
    public void An_object_is_whole_at_its_last_brace_and_not_before(string json)
    {
        foreach (var encoder in new[] { System.Text.Encodings.Web.JavaScriptEncoder.Default, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })
        {
            var end = new JsonEnd();
            for (var i = 0; i < json.Length; i++)
            {
                end.IsWhole.Should().BeFalse($"of {json} only {i} characters are there");
                var length = char.IsHighSurrogate(json[i]) ? 2 : 1;
                end.Add(JsonEncodedText.Encode(json.AsSpan(i, length), encoder).EncodedUtf8Bytes);
                i += length - 1;
            }

            end.IsWhole.Should().BeTrue(json);
            end.Add(" "u8);
            end.IsWhole.Should().BeTrue(json);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("true")]
    [InlineData("\\")]
    [InlineData("\\u00")]
    [InlineData("\\\"}")]
    public void What_is_no_object_is_never_whole(string piece)
    {
        var end = new JsonEnd();
        end.Add(Encoding.UTF8.GetBytes(piece));
        end.IsWhole.Should().BeFalse();
    }
}
