namespace Gateway.Prompts.Templates;

internal enum TemplateOpKind { Text, Value, Section, Inverted }

/// <summary>One step of a compiled template.</summary>
/// <param name="Text">Of <see cref="TemplateOpKind.Text"/>: UTF-8, ready to stand in JSON.</param>
/// <param name="Path">The names of <c>a.b</c>, UTF-8; empty: the item at hand (<c>.</c>).</param>
/// <param name="Slot">The index of the variable that the first name is; -1: only what is inside a list or an object can have it.</param>
/// <param name="End">Of sections: the index one past what is inside.</param>
internal readonly record struct TemplateOp(TemplateOpKind Kind, byte[] Text, byte[][] Path, int Slot, int End);
