using Gateway.Config.Binding;
using Gateway.Config.Values;
using Gateway.Prompts.Templates;

namespace Gateway.Config.Shapes;

/// <summary><c>{ role: system, content: "Answer in {{language}}." }</c></summary>
internal static class PromptMessageShape
{
    public static readonly ChoiceKind<MessageRole> Roles = new([("system", MessageRole.System), ("developer", MessageRole.Developer), ("user", MessageRole.User), ("assistant", MessageRole.Assistant)]);

    private static readonly Key<MessageRole> Role = new("role", Roles, "Who says it: system, developer, user or assistant.") { Required = true };

    private static readonly Key<string> Content = new("content", TemplateKind.Instance, "What it says, with tags for variables (docs/prompts.md). Or file.");

    private static readonly Key<string> File = new("file", Texts.FilePath, "A file that has the content, by its path from the directory of this configuration; a change of it is live as one of this file is.");

    private static readonly RecordKind<PromptMessageConfig> Kind = new("promptMessage", [Role, Content, File], Build);

    public static readonly ListKind<PromptMessageConfig> List = new("a list of messages", Kind) { Min = 1, Max = TemplateLimits.Messages };

    public enum MessageRole { System, Developer, User, Assistant }

    private static PromptMessageConfig Build(MappingReader m)
    {
        var (content, path) = (m.Get(Content), m.Get(File));
        if (m.Has(Content) == m.Has(File)) m.Fail(m.Has(File) ? "a message has a content or a file, not both" : "a message needs a content or a file");
        else if (path is not null && m.Context.Files.TryRead(path, TemplateLimits.Characters, out content) is { } problem) m.Fail(File, $"'{Printable.Shorten(path)}' {problem}");
        return new(Roles.Word(m.Get(Role)), content ?? "");
    }
}
