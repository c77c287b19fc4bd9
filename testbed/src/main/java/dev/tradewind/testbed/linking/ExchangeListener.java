package dev.tradewind.testbed.linking;

/**
 * Sees each request that a linking service of this process got, with its answer, before that is
 * sent. Found by {@link java.util.ServiceLoader}; the testbed itself has none, its tests have.
 */
public interface ExchangeListener {
    /** Called by many threads at once; what it throws is logged. */
    void exchanged(Exchange exchange);
}
