using Gateway.Routing;
using Gateway.Tests.Support;

namespace Gateway.Tests.Admission.Shares;

/// <summary>Several gateways, one limit.</summary>
public abstract class SharedLimitRig : IDisposable
{
    private protected readonly ManualTime Time = new();
    private protected readonly ModelShareStore Store;
    private readonly List<ShareInstance> _instances = [];

    protected SharedLimitRig() => Store = new(Time);

    public void Dispose()
    {
        _instances.ForEach(static i => i.Dispose());
        GC.SuppressFinalize(this);
    }

    private protected List<ShareInstance> Start(int count, Func<KeyEntry> key, TimeSpan? budgetsEndAfter = null) => [.. Enumerable.Range(0, count).Select(i => StartOne($"i{i}", key, budgetsEndAfter))];

    private protected ShareInstance StartOne(string id, Func<KeyEntry> key, TimeSpan? budgetsEndAfter = null)
    {
        var instance = new ShareInstance(id, Time, Store, key, budgetsEndAfter: budgetsEndAfter);
        _instances.Add(instance);
        return instance;
    }
}
