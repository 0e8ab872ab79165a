package io.github.djlcachex.cache;

/** What a committed segment survives. */
public enum Durability {
    /** Kill -9 and power loss: file and directory are forced before the commit is acknowledged. */
    FSYNC,
    /** Kill -9 only; the operating system writes the pages when it likes. */
    OS
}
