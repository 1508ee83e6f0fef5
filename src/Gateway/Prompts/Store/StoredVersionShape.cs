using System.Globalization;
using System.Text.Json;
using Gateway.Config;
using Gateway.Config.Binding;
using Gateway.Config.Shapes;
using Gateway.Config.Values;
using Gateway.Entities;
using Gateway.Prompts.Templates;

namespace Gateway.Prompts.Store;

/// <summary>A version as the admin API takes it and the store keeps it. Messages name no files: whoever writes to this API does not read the gateway's disk.</summary>
internal static class StoredVersionShape
{
    private static readonly Key<PromptMessageShape.MessageRole> Role = new("role", PromptMessageShape.Roles, "Who says it: system, developer, user or assistant.") { Required = true };

    private static readonly Key<string> Content = new("content", TemplateKind.Instance, "What it says, with tags for variables (docs/prompts.md).") { Required = true };

    private static readonly RecordKind<PromptMessageConfig> MessageKind = new("promptMessage", [Role, Content], static m => new(PromptMessageShape.Roles.Word(m.Get(Role)), m.Get(Content) ?? ""));

    private static readonly Key<string> Message = new("message", Texts.Description, "What was changed, and why.");

    private static readonly Key<IReadOnlyList<PromptMessageConfig>> Messages = new("messages", new ListKind<PromptMessageConfig>("a list of messages", MessageKind) { Min = 1, Max = TemplateLimits.Messages }, "What stands before the messages of the request; at least one.") { Required = true };

    public static readonly RecordKind<PromptVersionConfig> Kind = new("promptVersion", [Message, PromptVersionShape.Variables, PromptVersionShape.Inputs, Messages, PromptVersionShape.Partials], static m =>
    {
        m.Get(Message);   // of the version, and not of what it says
        return new() { Version = 0, Variables = PromptVersionShape.VariablesOf(m), InputSchema = m.Get(PromptVersionShape.Inputs), Messages = m.Get(Messages) ?? [], Partials = m.Get(PromptVersionShape.Partials)! };
    });

    /// <param name="errors">Everything that is wrong; empty: the version is returned.</param>
    public static PromptVersionConfig? Bind(JsonElement document, int number, out IReadOnlyList<ConfigError> errors)
    {
        var sink = new ErrorSink("version");
        Kind.TryBind(JsonNodes.Of(document), new BindContext(sink, null, []), out var version);
        errors = sink.InFileOrder();
        return errors.Count == 0 ? version! with { Version = number } : null;
    }

    /// <param name="errors">Everything that is wrong, a template's with message, line and column; empty: the version is returned.</param>
    public static PromptVersion? Compile(string prompt, int number, JsonElement document, out IReadOnlyList<ConfigError> errors)
    {
        if (Bind(document, number, out errors) is not { } version) return null;
        if (PromptVersion.Compile(prompt, version, out var problem) is { } compiled) return compiled;
        var (index, template) = (problem!.Message, problem.Template);
        errors = [new("version", 0, 0, string.Create(CultureInfo.InvariantCulture, $"messages[{index}].content"),
            string.Create(CultureInfo.InvariantCulture, $"message {index + 1} ({version.Messages[index].Role}), {template}"))];
        return null;
    }
}
