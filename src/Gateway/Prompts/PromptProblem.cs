using Gateway.Prompts.Templates;

namespace Gateway.Prompts;

/// <param name="Message">Its place among the prompt's, from 0.</param>
internal sealed record PromptProblem(int Message, TemplateProblem Template);
