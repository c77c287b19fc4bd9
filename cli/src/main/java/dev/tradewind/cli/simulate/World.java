package dev.tradewind.cli.simulate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Everything but the job: sites, the network between them, and what must never be there. */
final class World {
    /** True time 0, for wall clocks. */
    static final long EPOCH = 1_772_366_400_000L;

    static final String INPUT = "orders.in";
    static final long TICK = 100;

    final Plan plan;
    final Random random;
    final Clockwork clockwork = new Clockwork();
    final Network network = new Network(clockwork);
    final Map<String, Place> sites = new TreeMap<>();
    final List<String> violations = new ArrayList<>();
    final Tally tally = new Tally();
    final Epochs epochs = new Epochs(tally);
    boolean faults = true;
    boolean feeding = true;

    /** Workloads that end by themselves. */
    Batch batch = Batch.NONE;

    /** What was announced of copies that may go on at a lost site. */
    final Announced announced = new Announced(this);

    final WaysBack waysBack = new WaysBack(this);

    /** Requests to data planes are held up, for so long that the workload may have come back. */
    boolean lateRequests;

    /**
     * Workloads with offsets that a link has taken back, as a request that was done late had taken
     * their entry out of its filters: they may do again what they have done since, and lose
     * nothing.
     */
    final Set<String> takenBack = new TreeSet<>();

    /** Who can know of offsets that are taken back late. */
    final Knowers knowers = new Knowers(this);

    /** Of these requests, those that are still to be done. */
    int onTheirWay;

    /** One of them is done at this instant. */
    boolean late;

    /** A request to a data plane was sent, or done, when its sender may have lost its lease. */
    boolean window;

    private final Consumer<String> story;
    private long versions;
    private long topics;
    private final Map<String, Manifest> manifests = new HashMap<>();
    private final Map<String, Boolean> stuck = new HashMap<>();

    /**
     * @param story hears what happens, line by line; null: nobody does
     */
    World(Plan plan, Random random, Consumer<String> story) {
        this.plan = plan;
        this.random = random;
        this.story = story;
        for (String site : plan.sites()) {
            sites.put(site, new Place(this, site));
        }
        for (Place to : sites.values()) {
            for (String from : plan.sites()) {
                if (!from.equals(to.name)) {
                    long every = Plan.between(random, 200, 3_000);
                    long takes = Plan.between(random, 10, every);
                    to.kafka.links.put(
                            from,
                            new LinkEnd(
                                    from,
                                    every,
                                    takes,
                                    clockwork.now() + Plan.between(random, 0, every)));
                }
            }
        }
        Map<String, Topic> home = site(plan.home()).kafka.topics;
        home.put(INPUT, topic(INPUT));
        plan.workloads().forEach(w -> home.put(output(w), topic(output(w))));
        if (plan.failover() && plan.mirrored()) {
            for (Place place : sites.values()) {
                if (!place.name.equals(plan.home())) {
                    home.keySet().forEach(topic -> standBy(place.kafka, topic));
                }
            }
        }
        clockwork.in(TICK, this::tick);
    }

    private void standBy(Kafka at, String topic) {
        Topic mirror = topic(topic);
        mirror.mirror(plan.home(), clockwork.now());
        at.topics.put(topic, mirror);
    }

    /** One that was not there before. */
    Topic topic(String name) {
        return new Topic(name, plan.partitions(), ++topics);
    }

    static String group(String workload) {
        return workload.substring(workload.indexOf('/') + 1);
    }

    static String output(String workload) {
        return group(workload) + ".out";
    }

    /** The workload that owns an output. */
    static String owner(String topic) {
        return "shop/" + topic.substring(0, topic.length() - ".out".length());
    }

    Place site(String name) {
        return sites.get(name);
    }

    Deployed app(String site, String workload) {
        return site(site).apps.get(workload);
    }

    Manifest manifest(String text) {
        return manifests.computeIfAbsent(text, Manifest::of);
    }

    /** Of an object that is written now; no two are the same. */
    long version() {
        return ++versions;
    }

    /** Whether transitions of the topic's mirrors don't come about while there are faults. */
    boolean isStuck(String topic) {
        return faults && stuck.computeIfAbsent(topic, t -> random.nextDouble() < plan.stuck());
    }

    /** Live members of a group at a site. */
    int members(String site, String group) {
        long now = clockwork.now();
        int members = 0;
        for (Deployed app : site(site).apps.values()) {
            if (group(app.workload).equals(group)) {
                for (Pod pod : app.pods) {
                    members += pod.isMember(now) ? 1 : 0;
                }
            }
        }
        return members;
    }

    private void tick() {
        long now = clockwork.now();
        Kafka home = site(plan.home()).kafka;
        if (feeding && !network.kafkaDown(home.site)) {
            for (Log log : home.topics.get(INPUT).partitions) {
                for (int i = 0; i < plan.fed(); i++) {
                    log.add(log.size());
                }
            }
        }
        for (Place site : sites.values()) {
            site.kafka.tick(now);
            for (Deployed app : site.apps.values()) {
                for (Pod pod : app.pods) {
                    if (pod.runs(now) && !announced.isFenced(site.name, app.workload)) {
                        pod.pass(this, site.kafka, app.workload);
                    }
                }
                if (batch.isJobs()) {
                    app.letEnd();
                }
            }
        }
        clockwork.in(TICK, this::tick);
    }

    /** To be called whenever a pod begins to run: only then there can be one too many. */
    void checkCopies(String workload) {
        Set<String> at = new HashSet<>();
        for (Place site : sites.values()) {
            if (site.apps.get(workload).runs(clockwork.now())
                    && !announced.isFenced(site.name, workload)) {
                at.add(site.name);
            }
        }
        if (at.size() - announced.goingOn(workload, at) > 1) {
            violate(
                    "%s runs at %s at once",
                    workload, String.join(" and ", at.stream().sorted().toList()));
        }
    }

    void violate(String what, Object... with) {
        String text = String.format(Locale.ROOT, what, with);
        if (!violations.contains(text)) {
            violations.add(text);
            tell("VIOLATION: %s", text);
        }
    }

    boolean isTold() {
        return story != null;
    }

    void tell(String what, Object... with) {
        if (story != null) {
            story.accept(
                    String.format(Locale.ROOT, "%9.3f  ", clockwork.now() / 1_000.0 - 1_000)
                            + String.format(Locale.ROOT, what, with));
        }
    }
}
