using System.Globalization;
using Gateway.Config;
using Gateway.Prompts.Schemas;
using Gateway.Prompts.Templates;

namespace Gateway.Prompts;

/// <summary>One version of a prompt, compiled: the steps of all its messages, one message after the other.</summary>
internal sealed class PromptVersion
{
    private PromptVersion(string name, int number, PromptMessage[] messages, TemplateOp[] ops, PromptVariable[] variables)
    {
        (Name, Number, Label, Messages, Ops, Variables) = (name, number, string.Create(CultureInfo.InvariantCulture, $"{name}@{number}"), messages, ops, variables);
        HasSystem = Array.Exists(messages, static m => m.IsSystem);
        HasTurns = Array.Exists(messages, static m => !m.IsSystem);
    }

    /// <summary>Of the prompt.</summary>
    public string Name { get; }

    public int Number { get; }

    /// <summary><c>NAME@NUMBER</c>: of the ledger, and of messages to clients.</summary>
    public string Label { get; }

    public PromptMessage[] Messages { get; }

    /// <summary>Some of them are the system's, or the developer's.</summary>
    public bool HasSystem { get; }

    /// <summary>Some of them are not.</summary>
    public bool HasTurns { get; }

    public TemplateOp[] Ops { get; }

    /// <summary>What its variables may be together; null: each says that of itself.</summary>
    public SchemaNode? Inputs { get; private init; }

    /// <summary>The same as the operator wrote it.</summary>
    public JsonText? InputSchema { get; private init; }

    public PromptVariable[] Variables { get; }

    /// <param name="problem">Of the message that is wrong; null: the prompt is returned.</param>
    public static PromptVersion? Compile(string name, PromptVersionConfig config, out PromptProblem? problem)
    {
        var output = new TemplateBuilder();
        var messages = new PromptMessage[config.Messages.Count];
        problem = null;
        for (var i = 0; i < config.Messages.Count; i++)
        {
            var message = config.Messages[i];
            var from = output.Flush();
            if (new TemplateParser(output, config.Variables, config.Partials).Parse(message.Template) is { } wrong)
            {
                problem = new(i, wrong);
                return null;
            }

            messages[i] = PromptMessage.Of(message.Role, from, output.Flush());
        }

        return new(name, config.Version, messages, output.Build(), [.. config.Variables.Select(static v => new PromptVariable(v))])
        {
            Inputs = Prompts.InputSchema.Compile(config.InputSchema),
            InputSchema = config.InputSchema,
        };
    }
}
