using System.Text;
using Gateway.Core.Providers;
using Gateway.Core.Tokens;

namespace Gateway.Benchmarks.Operations;

/// <summary>Step 9 where a provider reported no usage: the tokens of a chat of 4 KB, with escapes and a tool.</summary>
internal sealed class CountedTokens : IOperation, IDisposable
{
    private const int MessageSize = 3600;
    private const string Prose = "The quick brown fox isn't lazy: it jumps over 12 dogs\\n\\u2014 \\\"daily\\\", in Übersee. ";

    private readonly TokenizerCache _tokenizers = new(TimeProvider.System);
    private readonly byte[] _body;

    public CountedTokens()
    {
        var content = string.Concat(Enumerable.Repeat(Prose, MessageSize / Prose.Length));
        _body = Encoding.UTF8.GetBytes("""{"model":"gpt-4o","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":" """.TrimEnd() + content
            + """
              "}],"tools":[{"type":"function","function":{"name":"look_up","description":"Looks a word up.","parameters":{"type":"object","properties":
              {"word":{"type":"string","description":"What to look for."},"language":{"type":"string","enum":["en","de"]}},"required":["word"]}}}]}
              """);
    }

    public string Name => "tokens.chat";

    public ValueTask RunAsync()
    {
        var count = RequestTokens.Count(_body, InferenceEndpoint.ChatCompletions, "gpt-4o", _tokenizers);
        Sample.Expect(count is { Tokens: > 800, Uncounted: 0 }, "a chat of 4 KB has about a thousand tokens");
        return default;
    }

    public void Dispose() => _tokenizers.Dispose();
}
