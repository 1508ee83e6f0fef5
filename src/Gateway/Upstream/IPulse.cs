namespace Gateway.Upstream;

/// <summary>Something that happens when an attempt has waited for a while; see <see cref="Deadline.Beat"/>.</summary>
internal interface IPulse
{
    /// <summary>Called on the timer's thread: must return at once.</summary>
    void Beat();
}
