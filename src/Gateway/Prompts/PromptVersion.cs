using System.Globalization;
using Gateway.Config;
using Gateway.Prompts.Templates;

namespace Gateway.Prompts;

/// <summary>One version of a prompt, compiled: what it writes is the chat's messages, one JSON object after the other with commas between.</summary>
internal sealed class PromptVersion
{
    private PromptVersion(string name, int number, TemplateOp[] ops, PromptVariable[] variables) =>
        (Name, Number, Label, Ops, Variables) = (name, number, string.Create(CultureInfo.InvariantCulture, $"{name}@{number}"), ops, variables);

    /// <summary>Of the prompt.</summary>
    public string Name { get; }

    public int Number { get; }

    /// <summary><c>NAME@NUMBER</c>: of the ledger, and of messages to clients.</summary>
    public string Label { get; }

    public TemplateOp[] Ops { get; }

    public PromptVariable[] Variables { get; }

    /// <param name="problem">Of the message that is wrong; null: the prompt is returned.</param>
    public static PromptVersion? Compile(string name, PromptVersionConfig config, out PromptProblem? problem)
    {
        var output = new TemplateBuilder();
        problem = null;
        for (var i = 0; i < config.Messages.Count; i++)
        {
            var message = config.Messages[i];
            // Its role is a word of a closed set.
            output.Json($"{(i > 0 ? "," : "")}{{\"role\":\"{message.Role}\",\"content\":\"");
            if (new TemplateParser(output, config.Variables, config.Partials).Parse(message.Template) is { } wrong)
            {
                problem = new(i, wrong);
                return null;
            }

            output.Json("\"}");
        }

        return new(name, config.Version, output.Build(), [.. config.Variables.Select(static v => new PromptVariable(v))]);
    }
}
