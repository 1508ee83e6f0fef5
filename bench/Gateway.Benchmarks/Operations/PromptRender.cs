using System.Text;
using Gateway.Config;
using Gateway.Core.Providers;
using Gateway.Pipeline;
using Gateway.Prompts;
using Gateway.Prompts.Store;

namespace Gateway.Benchmarks.Operations;

/// <summary>Step 3: a request for a function becomes the chat request it stands for, with ten variables, a list of twenty and 4 KB of text.</summary>
internal sealed class PromptRender : IOperation
{
    private const int Strings = 10;

    private readonly PromptFunction _function;
    private readonly byte[] _body;

    private JsonMembers _members;
    private RequestFields _fields;

    public PromptRender()
    {
        var names = Enumerable.Range(0, Strings).Select(static i => $"v{i}").ToArray();
        var text = string.Concat(names.Select(static n => $"{new string('t', 400)} {{{{{n}}}}}\n")) + "{{#facts}}\n- {{name}}: {{value}}\n{{/facts}}\n{{^none}}nothing{{/none}}";
        var table = new PromptTable(new()
        {
            Prompts =
            [
                new()
                {
                    Name = "p",
                    Versions =
                    [
                        new()
                        {
                            Version = 1,
                            Variables =
                            [
                                .. names.Select(static n => new PromptVariableConfig { Name = n, IsRequired = true }),
                                new() { Name = "facts", Type = PromptVariableType.List, IsRequired = true }, new() { Name = "none" },
                            ],
                            Messages = [new("system", text), new("user", "{{v0}}")],
                        },
                    ],
                },
            ],
            Functions = [new() { Name = "f", Model = "fast", Prompt = "p", Params = new Dictionary<string, JsonText> { ["temperature"] = new("0"u8.ToArray()) } }],
        }, StoredPrompts.None, null);
        _function = table.FindFunction("fn/f")!;
        var variables = string.Join(',', names.Select(static n => $"\"{n}\":\"a \\\"value\\\" of {n}, {new string('x', 30)}\""));
        var facts = string.Join(',', Enumerable.Range(0, 20).Select(static i => $"{{\"name\":\"fact {i}\",\"value\":{i}}}"));
        _body = Encoding.UTF8.GetBytes($"{{\"model\":\"fn/f\",\"stream\":true,\"prompt_variables\":{{{variables},\"facts\":[{facts}]}},\"messages\":[{{\"role\":\"user\",\"content\":\"hi\"}}]}}");
        Sample.Expect(BodyScan.Scan(_body, ref _members));
        Sample.Expect(RequestFields.Read(_body, _members, InferenceEndpoint.ChatCompletions, out _fields));
    }

    public string Name => "prompt.render";

    public ValueTask RunAsync()
    {
        var body = PromptBody.Render(_body, _members, _fields, InferenceEndpoint.ChatCompletions, _function.Prompt!, _function).Value;
        Sample.Expect(body.Span.Length > 4_500 && body.Span.IndexOf("- fact 19: 19\\nnothing"u8) > 0, "the prompt is written");
        body.Return();
        return default;
    }
}
