package dev.tradewind.job.placement;

import dev.tradewind.job.placement.FleetPlanning.Slot;
import dev.tradewind.job.plan.CostModel;
import dev.tradewind.job.plan.SiteViews.SiteCost;
import dev.tradewind.job.plan.fleet.FleetPlan;
import dev.tradewind.job.plan.fleet.FleetPlanner;
import dev.tradewind.job.plan.fleet.FleetPrices;
import dev.tradewind.job.plan.fleet.FleetRow;
import dev.tradewind.job.plan.fleet.FleetRows;
import dev.tradewind.job.plan.fleet.FleetSettings;
import dev.tradewind.job.plan.fleet.FleetSites;
import dev.tradewind.job.plan.horizon.Horizon;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Site;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The workloads of a fleet as rows of one plan: those that may move by choice, those that have to
 * leave, those that found no room, and those that stay whatever comes and take up room.
 */
final class Bids {
    /** What a demand is counted in: sums of whole numbers are exact. */
    private static final double[] WHOLE = {1_000, 0x1p-10, 1_000};

    /** And what people count in. */
    private static final double[] UNIT = {1, 0x1p30, 1_000};

    private static final String[] NAME = {"core", "GiB", "kW"};

    /** Where the time of a plan goes. */
    enum Part {
        /** What each brings, read off its bid. */
        ROWS,
        /** In order, and as the planner takes them. */
        COLUMNS,
        PLANNER,
        /** Who is to go where, and what slots cost. */
        PLACES
    }

    private static final double MILLIS_PER_HOUR = 3_600_000;

    /**
     * What sites are to the workloads of one policy, by their place in {@link #sites}: a plan asks
     * for each row and site.
     *
     * @param name of the policy
     * @param known what a kWh costs there now
     * @param open to moves by choice: known, and no site that comes and goes
     * @param eurPerKwh now; NaN where it isn't known
     */
    private record Looks(
            String name, boolean[] known, boolean[] open, double[] eurPerKwh, int tariff) {}

    private final World world;
    private final List<Site> sites;
    private final Map<String, Integer> index = new HashMap<>();

    /** The resources that some site has a limit of: cores, bytes, watts. */
    private final int[] limited;

    private final double[][] capacity;
    private final Map<String, Policy> policies = new HashMap<>();
    private final Map<String, Looks> looks = new HashMap<>();

    /** Most rows are of the policy of the row before: a lookup less for each. */
    private Looks last;

    private final List<double[]> eurPerKw = new ArrayList<>();
    private final List<FleetRow> rows = new ArrayList<>();

    Bids(World world) {
        this.world = world;
        this.sites =
                world.catalog().sites().stream()
                        .sorted(java.util.Comparator.comparing(Site::name))
                        .toList();
        for (int k = 0; k < sites.size(); k++) {
            index.put(sites.get(k).name(), k);
        }
        world.catalog().policies().forEach(policy -> policies.put(policy.name(), policy));
        this.limited = limited(sites);
        this.capacity = new double[limited.length][sites.size()];
        for (int r = 0; r < limited.length; r++) {
            for (int k = 0; k < sites.size(); k++) {
                Double limit = limit(sites.get(k), limited[r]);
                capacity[r][k] =
                        limit == null
                                ? Double.POSITIVE_INFINITY
                                : Math.floor(limit * WHOLE[limited[r]]);
            }
        }
    }

    /** Whether there is a limit to share. */
    static boolean scarce(List<Site> sites) {
        return limited(sites).length > 0;
    }

    private static int[] limited(List<Site> sites) {
        int[] limited = new int[3];
        int n = 0;
        for (int r = 0; r < limited.length; r++) {
            for (Site site : sites) {
                if (limit(site, r) != null) {
                    limited[n++] = r;
                    break;
                }
            }
        }
        return Arrays.copyOf(limited, n);
    }

    private static Double limit(Site site, int resource) {
        return switch (resource) {
            case 0 -> site.cpuCores();
            case 1 -> site.memoryBytes();
            default -> site.powerWatts();
        };
    }

    private static double demand(Taken taken, int resource) {
        return switch (resource) {
            case 0 -> taken.cpuCores();
            case 1 -> taken.memoryBytes();
            default -> taken.powerWatts();
        };
    }

    void add(Bid bid) {
        switch (bid.mode()) {
            case LEAVES -> row(bid, at(bid.at()), false, sites(bid, true));
            case STARTS -> {
                BitSet sites = sites(bid, true);
                if (!sites.isEmpty() && sites.stream().noneMatch(k -> fits(bid, k))) {
                    row(bid, -1, false, sites);
                }
            }
            case CHOOSES -> {
                if (mayMove(bid)) {
                    row(bid, at(bid.at()), true, sites(bid, false));
                } else {
                    bound(bid);
                }
            }
            case BOUND -> bound(bid);
        }
    }

    /** By choice and now. */
    private boolean mayMove(Bid bid) {
        int at = at(bid.at());
        return bid.quietUntilMillis() <= world.nowMillis()
                && bid.notBeforeWall() <= world.wallMillis()
                && at >= 0
                && known(bid, at);
    }

    private boolean known(Bid bid, int site) {
        Looks its = looks(bid.policy());
        return its != null && its.known[site];
    }

    /** Null: the catalog has no such policy. */
    private Looks looks(String policy) {
        if (policy == null || !policies.containsKey(policy)) {
            return null;
        }
        if (last == null || !last.name.equals(policy)) {
            last = looks.computeIfAbsent(policy, name -> look(policies.get(name)));
        }
        return last;
    }

    private Looks look(Policy policy) {
        int n = sites.size();
        boolean[] known = new boolean[n];
        boolean[] open = new boolean[n];
        double[] eurPerKwh = new double[n];
        long now = world.nowMillis();
        for (int k = 0; k < n; k++) {
            SiteCost cost = world.cost(sites.get(k), policy, now);
            known[k] = cost.known();
            open[k] = cost.known() && world.views().hasSettled(sites.get(k).name(), policy, now);
            eurPerKwh[k] = cost.eurPerKwh();
        }
        return new Looks(policy.name(), known, open, eurPerKwh, tariff(policy));
    }

    private boolean fits(Bid bid, int site) {
        return world.fleet().fits(bid.workload(), bid.taken(), sites.get(site));
    }

    private BitSet sites(Bid bid, boolean hasTo) {
        BitSet allowed = new BitSet(sites.size());
        Looks its = hasTo ? null : looks(bid.policy());
        boolean nothingToAvoid = bid.avoidUntilWall().isEmpty();
        for (String name : bid.sites()) {
            int site = at(name);
            if (site < 0 || !hasTo && (its == null || !its.open[site])) {
                continue;
            }
            Long avoid = nothingToAvoid ? null : bid.avoidUntilWall().get(name);
            if (avoid == null || avoid <= world.wallMillis()) {
                allowed.set(site);
            }
        }
        return allowed;
    }

    private int at(String site) {
        return site == null ? -1 : index.getOrDefault(site, -1);
    }

    /** It stays where it is; on the move it takes up room at both ends. */
    private void bound(Bid bid) {
        int from = at(bid.taken().site());
        int to = at(bid.taken().target());
        if (from >= 0 && to >= 0) {
            for (int r = 0; r < limited.length; r++) {
                double whole = Math.ceil(demand(bid.taken(), limited[r]) * WHOLE[limited[r]]);
                capacity[r][from] = Math.max(0, capacity[r][from] - whole);
            }
        }
        int at = to >= 0 ? to : from;
        if (at >= 0) {
            row(bid, at, true, new BitSet());
        }
    }

    private void row(Bid bid, int at, boolean stays, BitSet allowed) {
        double[] demand = new double[limited.length];
        for (int r = 0; r < limited.length; r++) {
            demand[r] = Math.ceil(demand(bid.taken(), limited[r]) * WHOLE[limited[r]] - 1e-9);
        }
        Looks its = looks(bid.policy());
        double watts = bid.taken().powerWatts();
        double idle = CostModel.kwh(watts, bid.downtimeMillis());
        double rate = at < 0 || its == null ? 0 : its.eurPerKwh[at];
        rows.add(
                new FleetRow(
                        bid.workload(),
                        demand,
                        watts / 1_000,
                        its == null ? 0 : its.tariff,
                        at,
                        stays,
                        allowed,
                        bid.fixedEur() + (rate > 0 ? 2 * idle * rate : 0),
                        bid.stateGb(),
                        bid.movedAtMillis()));
    }

    /** What a kW costs at each site over the policy's horizon; where it isn't known, the most. */
    private int tariff(Policy policy) {
        double[] rates = rates(world, sites, policy);
        double most = 0;
        for (double rate : rates) {
            most = rate > most ? rate : most;
        }
        for (int k = 0; k < rates.length; k++) {
            rates[k] = Double.isNaN(rates[k]) ? most : rates[k];
        }
        eurPerKw.add(rates);
        return eurPerKw.size() - 1;
    }

    /**
     * EUR/kW over a policy's horizon by site, as known and expected; NaN where nothing is known.
     */
    static double[] rates(World world, List<Site> sites, Policy policy) {
        List<Site> known =
                sites.stream()
                        .filter(site -> world.cost(site, policy, world.nowMillis()).known())
                        .toList();
        double[] rates = new double[sites.size()];
        Arrays.fill(rates, Double.NaN);
        if (!known.isEmpty()) {
            Horizon horizon = world.horizon(known, policy);
            for (int k = 0; k < rates.length; k++) {
                int at = horizon.indexOf(sites.get(k).name());
                if (at >= 0) {
                    rates[k] = horizon.sum(at, policy.horizonMillis() / MILLIS_PER_HOUR);
                }
            }
        }
        return rates;
    }

    /** The same of one site by itself, which is quick. */
    static double rate(World world, Site site, Policy policy) {
        return world.cost(site, policy, world.nowMillis()).known()
                ? Horizon.sumAlone(
                        world.outlook(site, policy).orElseThrow(),
                        world.nowMillis(),
                        policy.horizonMillis() / MILLIS_PER_HOUR)
                : Double.NaN;
    }

    /**
     * Makes the plan.
     *
     * @param done told of each part of it when it ends
     */
    FleetPlanning plan(long planId, FleetSettings settings, Consumer<Part> done) {
        if (eurPerKw.isEmpty()) {
            eurPerKw.add(new double[sites.size()]);
        }
        double[][] eurPerGb = new double[sites.size()][sites.size()];
        for (int i = 0; i < eurPerGb.length; i++) {
            for (int j = 0; j < eurPerGb.length; j++) {
                eurPerGb[i][j] = sites.get(i).transferEurPerGbTo(sites.get(j).name());
            }
        }
        List<FleetRow> sorted = FleetRows.sorted(rows);
        FleetRows columns = FleetRows.of(sorted, limited.length, sites.size());
        done.accept(Part.COLUMNS);
        FleetPlan plan =
                FleetPlanner.plan(
                        columns,
                        new FleetSites(
                                sites.stream().map(Site::name).toList(),
                                capacity,
                                eurPerKw.toArray(new double[0][]),
                                eurPerGb),
                        settings,
                        world.nowMillis());
        done.accept(Part.PLANNER);
        Map<String, String> places = new TreeMap<>();
        for (int i = 0; i < sorted.size(); i++) {
            if (plan.site(i) >= 0 && plan.site(i) != sorted.get(i).at()) {
                places.put(sorted.get(i).id(), sites.get(plan.site(i)).name());
            }
        }
        FleetPlanning told = told(planId, plan, places, sorted);
        done.accept(Part.PLACES);
        return told;
    }

    private FleetPlanning told(
            long planId, FleetPlan plan, Map<String, String> places, List<FleetRow> sorted) {
        FleetPrices prices = plan.prices();
        double[] per = new double[3];
        double[][] units = new double[3][sites.size()];
        int first = limited[0];
        boolean contended = plan.waiting() > 0;
        // from whole numbers and slots of them to what people count in
        double slotSize = WHOLE[first] * UNIT[first];
        for (int r = 0; r < limited.length; r++) {
            double size = WHOLE[limited[r]] * UNIT[limited[r]];
            per[limited[r]] = prices.scale()[r] * size / slotSize;
            for (int k = 0; k < sites.size(); k++) {
                units[limited[r]][k] = prices.unitEur()[r][k] * size;
                contended |= prices.unitEur()[r][k] > 0;
            }
        }
        List<Slot> slots = new ArrayList<>();
        for (int k = 0; k < sites.size(); k++) {
            double price = prices.slotEur()[k];
            contended |= price > 0;
            int by = plan.setBy(k);
            slots.add(
                    new Slot(
                            sites.get(k).name(),
                            price * slotSize,
                            units[0][k],
                            units[1][k],
                            units[2][k],
                            price > 0 && by >= 0 ? sorted.get(by).id() : null));
        }
        return new FleetPlanning(
                planId,
                world.nowMillis(),
                contended,
                places,
                slots,
                NAME[first],
                per[0],
                per[1],
                per[2],
                plan.gapPercent(),
                0);
    }
}
