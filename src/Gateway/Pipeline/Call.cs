using System.Diagnostics;
using Gateway.Admission;
using Gateway.Cache;
using Gateway.Core.Dialects;
using Gateway.Core.Money;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Explaining;
using Gateway.Idempotency;
using Gateway.Prompts;
using Gateway.Providers.Dialects;
using Gateway.Routing;
using Gateway.Telemetry.Traces;

namespace Gateway.Pipeline;

/// <summary>One request on its way through the steps: what has been found out so far.</summary>
internal sealed class Call(HttpContext http, InferenceEndpoint endpoint, GatewaySnapshot snapshot, string requestId, ulong chance, TimeProvider time)
{
    private RequestNeeds? _needs;

    public HttpContext Http { get; } = http;

    public InferenceEndpoint Endpoint { get; } = endpoint;

    /// <summary>What the client speaks, where that is not OpenAI's chat and its like.</summary>
    public IClientDialect? Dialect { get; } = ClientDialects.Of(endpoint);

    /// <summary>The dialect can be translated to chat, for providers that do not speak it.</summary>
    public bool IsBeforeHub => Dialect is not null && Endpoint != InferenceEndpoint.CountTokens;

    /// <summary>Events of a stream the client has had, where its dialect numbers them.</summary>
    public long EventsWritten { get; set; }

    /// <summary>The configuration of this request from start to end, whatever is loaded meanwhile.</summary>
    public GatewaySnapshot Snapshot { get; } = snapshot;

    /// <summary>The clock of this request.</summary>
    public TimeProvider Time => time;

    public string RequestId { get; } = requestId;

    public ulong Chance { get; } = chance;

    public long Started { get; } = time.GetTimestamp();

    /// <summary>The trace context the client sent.</summary>
    public TraceHeaders Trace { get; init; }

    /// <summary>The request's span; null where nobody listens.</summary>
    public Activity? Span { get; init; }

    /// <summary>Step 1.</summary>
    public KeyEntry? Key { get; set; }

    /// <summary>It is one of the requests that <c>server.overload</c> counts; <see cref="Overload.OverloadGuard"/> alone writes it.</summary>
    public bool IsUnderWay { get; set; }

    /// <summary>What the client asks of the gateway itself.</summary>
    public CallOptions Options { get; set; }

    /// <summary>Step 2.</summary>
    public RequestBody Body;
    public JsonMembers Members;
    public RequestFields Fields;

    /// <summary>Of step 2, read when somebody asks.</summary>
    public RequestNeeds Needs => _needs ??= RequestNeeds.Read(Body.Span, Members, Fields, Endpoint);

    /// <summary>Step 3: the function asked for; null: a model.</summary>
    public PromptFunction? Function { get; set; }

    /// <summary>Whose messages stand before the client's own; null: nobody's.</summary>
    public PromptVersion? Prompt { get; set; }

    /// <summary>Step 4.</summary>
    public ModelEntry? Model { get; set; }

    /// <summary>Which targets are asked, one after the other.</summary>
    public RouteWalk Walk;

    /// <summary>The model whose targets are being asked: the one asked for, or one of its fallbacks.</summary>
    public ModelEntry? Serving { get; set; }

    /// <summary>The request is made once, and its answer recorded; null for all others.</summary>
    public OpenClaim? Claim { get; set; }

    /// <summary>The answer is to be kept for others; null for all other requests.</summary>
    public OpenFill? Fill { get; set; }

    /// <summary>For the ledger, where the request asked for it.</summary>
    public ExplainNote? Note { get; set; }

    /// <summary>The header <c>x-gateway-cache</c>.</summary>
    public string CacheState { get; set; } = CacheStates.Off;

    /// <summary>How near the request is to the one whose answer it gets, as a cosine; null: it is the same one, or its answer is made.</summary>
    public double? CacheSimilarity { get; set; }

    /// <summary>The attempt under way, or the last one.</summary>
    public Attempt? Attempt { get; set; }

    public int Attempts { get; set; }

    /// <summary>The last target was refused by limits of its own, which another one may not have.</summary>
    public bool TargetIsFull { get; set; }

    /// <summary>What is left of the key's rate limits.</summary>
    public RateLimitHeaders RateLimits { get; set; }

    /// <summary>Whether the client has any part of an answer: from then on there is no other target and no retry. Comment lines are no part.</summary>
    public bool ContentSent { get; set; }

    /// <summary>When the client last had a comment line, or sent its request, in ticks of the clock: what it waits for may be several attempts, and the pauses between them.</summary>
    public long SilentSince { get; set; } = time.GetTimestamp();

    /// <summary>Time spent waiting for others, in ticks of the clock: it is not the gateway's own.</summary>
    public long WaitedTicks { get; set; }

    public TimeSpan? FirstByte { get; set; }

    public TokenUsage Usage { get; set; }

    public UsageSource UsageSource { get; set; } = UsageSource.Exact;

    /// <summary>Of all attempts so far.</summary>
    public NanoUsd Cost { get; set; }

    public TimeSpan Elapsed => time.GetElapsedTime(Started);

    /// <summary>Less than the unit of <see cref="Upstream.Deadlines"/>, a millisecond, is left of the time that the client gave the request: nothing more may be begun for it.</summary>
    public bool IsOutOfTime => Options.Timeout is { } limit && limit - Elapsed < TimeSpan.FromMilliseconds(1);

    public TimeSpan Overhead => Elapsed - TimeSpan.FromTicks((long)(WaitedTicks * ((double)TimeSpan.TicksPerSecond / time.TimestampFrequency)));

    /// <param name="from">Ticks of the clock, as <see cref="Now"/> gives them.</param>
    public TimeSpan ElapsedSince(long from) => time.GetElapsedTime(from);

    public long Now => time.GetTimestamp();

    /// <summary>Gives back what the request rented.</summary>
    public void Release()
    {
        Body.Return();
        Members.Return();
    }
}
