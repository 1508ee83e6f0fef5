using System.Reflection;

namespace Gateway.Benchmarks;

/// <summary>Every operation of this assembly that stands in a file of its own.</summary>
internal static class OperationCatalog
{
    public static IReadOnlyList<IOperation> Create() =>
    [
        .. Assembly.GetExecutingAssembly().GetTypes()
            .Where(static t => t is { IsClass: true, IsAbstract: false, IsNested: false } && t.IsAssignableTo(typeof(IOperation)))
            .Select(static t => (IOperation)Activator.CreateInstance(t)!)
            .OrderBy(static o => o.Name, StringComparer.Ordinal),
    ];
}
