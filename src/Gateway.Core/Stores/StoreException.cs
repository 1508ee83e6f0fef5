namespace Gateway.Core.Stores;

/// <summary>A store cannot be opened, read or written. The message is for the operator: it names the store and what to do.</summary>
public sealed class StoreException : Exception
{
    public StoreException()
    {
    }

    public StoreException(string message) : base(message)
    {
    }

    public StoreException(string message, Exception? inner) : base(message, inner)
    {
    }
}
