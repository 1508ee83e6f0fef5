namespace Gateway.Storage;

/// <summary>Where the ledger is kept. Its text is what logs and people may see: a password in it is masked.</summary>
public abstract record StoreAddress
{
    public abstract override string ToString();
}
