package dev.tradewind.sinks.actuator;

import dev.tradewind.model.wire.Command;
import dev.tradewind.sinks.handover.Observation;
import dev.tradewind.sinks.handover.Observation.SiteState;
import dev.tradewind.sinks.handover.Route;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.DataState.PartitionState;
import java.util.ArrayList;
import java.util.List;

/** An observation in one line, for people. */
final class Glance {
    private Glance() {}

    static String of(Command command, Route route, Observation seen) {
        List<String> parts = new ArrayList<>();
        for (String site : route.involved()) {
            SiteState state = seen.sites().get(site);
            if (state == null || !state.reachable()) {
                parts.add(site + ": no answer");
            } else if (site.equals(command.from())
                    || site.equals(command.to())
                    || state.app().exists()) {
                parts.add(site + ": " + told(state.app()));
            }
        }
        for (String topic : route.topics()) {
            var state = seen.topics().get(topic);
            if (state != null && !command.to().equals(route.home(topic))) {
                long behind = 0;
                for (PartitionState p : state.partitions()) {
                    behind += Math.max(0, p.sourceEnd() - Math.max(0, p.targetEnd()));
                }
                parts.add(
                        topic
                                + ": "
                                + (state.mirror() == null
                                        ? state.atTarget() ? "writable" : "no mirror"
                                        : state.mirror().raw())
                                + ", lag "
                                + behind);
            }
        }
        return String.join("; ", parts);
    }

    private static String told(AppState app) {
        return app.exists()
                ? app.podsPresent()
                        + " of "
                        + app.desired()
                        + " pods, epoch "
                        + app.epoch()
                        + (app.settled() ? "" : ", unsettled")
                : app.podsPresent() > 0 ? app.podsPresent() + " pods going" : "nothing";
    }
}
