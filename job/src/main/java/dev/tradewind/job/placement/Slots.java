package dev.tradewind.job.placement;

import dev.tradewind.job.plan.Candidates.Candidate;
import dev.tradewind.job.plan.fleet.FleetSettings;
import dev.tradewind.job.plan.horizon.Planner.Plan;
import dev.tradewind.model.catalog.Site;
import java.util.List;
import java.util.Locale;

/**
 * A move by choice where slots are scarce: the plan of the fleet says where to be, and what a slot
 * costs says why. Where they are not, each decides for itself.
 */
final class Slots {
    private Slots() {}

    /**
     * The site that the fleet's plan gives it, which is where it is if it gives it no other. What a
     * plan grants is used once: who has moved since is not moved again by it.
     */
    static String place(Turn turn) {
        FleetPlanning planning = turn.world.fleet().planning();
        Long movedAt = turn.state.meter().movedAtMillis();
        return movedAt != null && movedAt >= planning.atMillis()
                ? turn.state.site()
                : planning.places().getOrDefault(turn.state.workload(), turn.state.site());
    }

    /** Between two plans it bids alone, with the prices of the last, for room that is free. */
    static String bid(Turn turn) {
        FleetPlanning planning = turn.world.fleet().planning();
        String best = turn.state.site();
        double least =
                turn.candidates()
                        .site(best)
                        .map(here -> asked(turn, here.site(), planning))
                        .orElse(Double.NaN);
        for (Candidate candidate : turn.candidates().open()) {
            double asked = asked(turn, candidate.site(), planning);
            boolean may =
                    turn.cost(candidate.site()).known()
                            && ByChoice.held(turn, candidate.name()).isEmpty()
                            && ByChoice.settled(turn, candidate.name());
            if (may && asked < least) {
                best = candidate.name();
                least = asked;
            }
        }
        return best;
    }

    private static double asked(Turn turn, Site site, FleetPlanning planning) {
        double rate = Bids.rate(turn.world, site, turn.policy);
        double move =
                turn.state.site() == null || site.name().equals(turn.state.site())
                        ? 0
                        : FleetSettings.DEFAULT.kappa() * turn.moveEur(site);
        return rate * turn.kw() + move + planning.slotEur(turn.facts, site.name());
    }

    /** One that is nowhere yet bids likewise: the one site that is best, where slots are scarce. */
    static List<Candidate> affordable(Turn turn, List<Candidate> open) {
        if (!govern(turn) || open.size() < 2) {
            return open;
        }
        FleetPlanning planning = turn.world.fleet().planning();
        Candidate best = null;
        double least = Double.POSITIVE_INFINITY;
        for (Candidate candidate : open) {
            double asked = asked(turn, candidate.site(), planning);
            if (asked < least) {
                best = candidate;
                least = asked;
            }
        }
        return best == null ? open : List.of(best);
    }

    static boolean govern(Turn turn) {
        return turn.world.fleet().planning().contended();
    }

    /** What the room that it takes up at a site costs over the horizon, EUR. */
    static Double eur(Turn turn, String site) {
        return turn.world.fleet().planning().slotEur(turn.facts, site);
    }

    /** What running at a site costs over the policy's horizon, the move there inside, EUR. */
    private static double eur(Turn turn, Site site) {
        double rate = Bids.rate(turn.world, site, turn.policy);
        return rate * turn.kw() + (site.name().equals(turn.state.site()) ? 0 : turn.moveEur(site));
    }

    /** Why it moves there though it may not be what it would choose alone. */
    static String why(Turn turn, Site to) {
        FleetPlanning planning = turn.world.fleet().planning();
        Site here = turn.world.catalog().site(turn.state.site()).orElseThrow();
        double saving = eur(turn, here) - eur(turn, to);
        return "the fleet's plan "
                + planning.planId()
                + " gives it a slot there; being there saves it "
                + Choice.eur(saving)
                + " with the move"
                + (saving < 0
                        ? ", and what its slot at "
                                + here.name()
                                + " is worth to others is more: "
                                + price(turn, here.name())
                        : "");
    }

    /** What being there saves, the move not taken off, EUR. */
    static double saving(Turn turn, Site to) {
        Site here = turn.world.catalog().site(turn.state.site()).orElseThrow();
        return eur(turn, here) - eur(turn, to) + turn.moveEur(to);
    }

    /**
     * Why it isn't at the site that it would choose alone.
     *
     * @param alone what it would do alone
     */
    static String stays(Turn turn, Plan alone) {
        FleetPlanning planning = turn.world.fleet().planning();
        Site here = turn.world.catalog().site(turn.state.site()).orElseThrow();
        Site best = turn.world.catalog().site(alone.best()).orElseThrow();
        double slot = planning.slot(turn.facts);
        double worth = eur(turn, here) - eur(turn, best);
        double asked =
                planning.slotEur(turn.facts, best.name())
                        - planning.slotEur(turn.facts, here.name());
        if (slot == 0 || asked <= 0) {
            return "it stays: the fleet's plan "
                    + planning.planId()
                    + " finds that moving to "
                    + best.name()
                    + " is not worth it";
        }
        String setBy = planning.setBy(best.name());
        return String.format(
                Locale.ROOT,
                "it stays at %s instead of %s: a slot there costs %.4f EUR for each %s more, being there is worth %.4f EUR to it%s",
                here.name(),
                best.name(),
                asked / slot,
                planning.unit(),
                worth / slot,
                setBy == null ? "" : "; the price was set by workload " + setBy);
    }

    private static String price(Turn turn, String site) {
        FleetPlanning planning = turn.world.fleet().planning();
        return String.format(
                Locale.ROOT,
                "%.4f EUR for each %s",
                planning.slotEur(turn.facts, site) / Math.max(planning.slot(turn.facts), 1e-300),
                planning.unit());
    }
}
