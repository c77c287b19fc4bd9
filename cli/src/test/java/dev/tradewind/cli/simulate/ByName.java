package dev.tradewind.cli.simulate;

import dev.tradewind.sinks.port.DataPlane;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.Sites;

/** Sites where a deletion strikes whichever topic has the name. */
final class ByName extends SameSites {
    ByName(Sites sites) {
        super(sites);
    }

    @Override
    public DataPlane data(String source, String target) throws PortException {
        ModelledData real = (ModelledData) super.data(source, target);
        return new ModelledData(real.caller, source, target) {
            @Override
            boolean isMeant(Topic there, long id) {
                return true;
            }
        };
    }

    /** Whoever is handed this has nothing else to close. */
    @Override
    public void close() {
        same.close();
    }
}
