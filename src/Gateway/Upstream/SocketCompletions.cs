using System.Runtime.CompilerServices;
using Gateway.Config;

namespace Gateway.Upstream;

/// <summary>
/// Lets the thread that waits for sockets run what waited for them, instead of handing it to a thread of the pool: one context switch less at every read,
/// which is 15 to 20 % of the processor time of a request (docs/decisions).
/// </summary>
/// <remarks>
/// Only reads of upstreams get there: Kestrel hands a client's request to the pool in any case. What runs there must not block, and must not compute for long.
/// There are as many such threads as processors. The operator's own value of the variable wins; <c>0</c> turns it off.
/// </remarks>
internal static class SocketCompletions
{
    /// <summary>Bytes of an answer that may be worked on in one go (about 0.1 ms) before others must have their turn.</summary>
    public const int Turn = 64 * 1024;

    /// <summary>The runtime's switch. It has no name in the runtime configuration, and is read when the first socket is used.</summary>
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    public static void RunInline()
    {
        if (EnvironmentSource.Process.Get(Variable) is null) Environment.SetEnvironmentVariable(Variable, "1");
    }

    /// <summary>Goes on in a thread of the pool, behind what waits there. (ForceYielding would go to the front: the thread's own queue is last in, first out.)</summary>
    public static YieldAwaitable GiveWay() => Task.Yield();
}
