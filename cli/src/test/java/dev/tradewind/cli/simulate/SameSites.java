package dev.tradewind.cli.simulate;

import dev.tradewind.sinks.port.ForwardingSites;
import dev.tradewind.sinks.port.Sites;

/** Sites that are as others, to be put around them. Whoever made those closes them. */
class SameSites extends ForwardingSites {
    SameSites(Sites same) {
        super(same);
    }

    @Override
    public void close() {}
}
