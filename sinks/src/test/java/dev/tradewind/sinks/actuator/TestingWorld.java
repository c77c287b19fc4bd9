package dev.tradewind.sinks.actuator;

import dev.tradewind.rules.manifest.ManifestCheck;
import dev.tradewind.sinks.port.Cluster;
import dev.tradewind.sinks.port.DataPlane;
import dev.tradewind.sinks.port.Inflow.Sync;
import dev.tradewind.sinks.port.Inflows;
import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.MirrorStatus;
import dev.tradewind.sinks.port.Mode;
import dev.tradewind.sinks.port.Noted;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.Sites;
import dev.tradewind.sinks.port.Survey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * Sites, their topics and the application between them, in memory and in virtual time: a feeder
 * appends to the input at its home, mirrors copy with a lag, pods take time to start and to go, and
 * a running application reads each input record, appends one to the owned topic and commits. A link
 * between each two sites brings the group's offset over, both ways, also an older one over a newer.
 * It notes whatever must never be: two copies at once, a write to a topic that is not writable.
 */
final class TestingWorld implements Sites {
    static final String INPUT = "orders.in";
    static final String OWNED = "orders.out";
    static final String GROUP = "orders";

    /** The process dies here. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        Crash(String where) {
            super(where);
        }
    }

    static final class Pod {
        long startsAt;
        long goneAt = Long.MAX_VALUE;

        boolean runs(long now) {
            return now >= startsAt && now < goneAt;
        }
    }

    static final class App {
        int desired;
        int before = -1;
        int wanted = 1;
        long epoch;
        Mode mode;
        boolean job;
        boolean succeeded;
        boolean neverReady;
        List<String> manifests = List.of();

        /** Jobs that are complete, or are not started as they were so elsewhere. */
        final Set<String> over = new TreeSet<>();

        List<String> jobs() {
            return ManifestCheck.titles(manifests).stream()
                    .filter(title -> title.startsWith("Job/"))
                    .toList();
        }

        List<String> ended() {
            return jobs().stream().filter(title -> succeeded || over.contains(title)).toList();
        }

        /** It leaves a savepoint when it is stopped. */
        boolean savepoints;

        /** What this epoch has written over; null: nothing that ran. */
        List<String> previous;
    }

    static final class Topic {
        final List<Long> log = new ArrayList<>();

        /** As it is told: one has the records. */
        int partitions = 1;

        String mirrorOf;
        MirrorStatus status;
        long settlesAt;
        Runnable then;

        /** Of the source at the last copy. */
        long lag;

        /** What was before is deleted; and the first record that is not older than a time. */
        long begins;

        ToLongFunction<Instant> firstAt = since -> -1;

        /** How long it was when it was failed over. */
        int stoppedAt = -1;

        boolean writable() {
            return mirrorOf == null || status == MirrorStatus.STOPPED;
        }
    }

    static final class Site {
        final String name;
        App app;
        final List<Pod> pods = new ArrayList<>();
        long floor;
        Mark mark = Mark.NONE;
        String leaseHolder;
        long leaseUntil;

        /** What the highest epoch here is to start from. */
        String carried;

        /** Nobody may have the lease. */
        boolean leaseRefused;

        /** What starts here goes on from another state than it was told to. */
        boolean misleads;

        boolean down;

        /** While it is down a call has no answer for so long. */
        long silentMillis;

        final Map<String, Topic> topics = new TreeMap<>();
        final Map<String, Long> committed = new HashMap<>();

        /** Topics of which Tradewind has committed the offset, and nobody since. */
        final Set<String> ours = new TreeSet<>();

        /** Beside the floor: where the group had read to when it was stopped here. */
        Noted noted;

        /** Beside the floor: the end of what ran by this epoch is told. */
        long ended;

        /** By the site that they come from. */
        final Map<String, LinkEnd> links = new TreeMap<>();

        boolean linksDown;

        Site(String name) {
            this.name = name;
        }
    }

    /**
     * The end of a link that writes the group's offset at its site. A round reads at its begin, and
     * writes what it has read at its end, whatever was committed or configured meanwhile, unless
     * the group has members.
     */
    static final class LinkEnd {
        Sync sync = Sync.SYNCED;
        long every = 100;
        long takes = 20;
        long nextAt;
        long writesAt = -1;
        Long read;
    }

    final TestingTime time;
    final Map<String, Site> sites = new TreeMap<>();
    final List<String> effects = new ArrayList<>();
    final List<String> violations = new ArrayList<>();

    /** Jobs that have ended well, and that were started or went on, each with where. */
    final Set<String> done = new TreeSet<>();

    final List<String> starts = new ArrayList<>();
    final Map<Long, List<Integer>> outputs = new TreeMap<>();
    String inputHome = "a";
    long podStart = 40;
    long podGone = 60;
    long settles = 80;
    int copies = 10;
    int reads = 10;
    boolean bidirectional = true;
    boolean stuck;

    /** Of the next calls that give back a lease, how many don't answer. */
    final AtomicInteger releasesThatHang = new AtomicInteger();

    /** A site where a copy may go on, as it was announced. */
    String lost;

    String linkError;

    /** By site, where its pods can read and write them; a site that is missing says nothing. */
    final Map<String, List<String>> savepoints = new TreeMap<>();

    /** What is seen of every topic before it is mirrored, and who has looked. */
    Survey survey = Survey.NONE;

    final List<String> surveyed = new ArrayList<>();
    boolean feeding = true;
    int crashBefore = -1;
    int crashAfter = -1;

    /** Topics whose mirrors fail as soon as there is something to copy, however often made anew. */
    final Set<String> unmirrorable = new TreeSet<>();

    Predicate<String> fails = effect -> false;

    /** So many times nobody gets sites for a command: an error that nobody has thought of. */
    final AtomicInteger unnameable = new AtomicInteger();

    Consumer<String> afterEffect = effect -> {};

    /** Told the time, as it goes on. */
    LongConsumer eachTick = now -> {};

    /** Its sender may sleep here, with the call on its way. */
    Consumer<String> beforeApply = effect -> {};

    PortException.Kind failure = PortException.Kind.RETRY;

    TestingWorld(TestingTime time, String... names) {
        this.time = time;
        for (String name : names) {
            sites.put(name, new Site(name));
        }
        for (Site site : sites.values()) {
            for (String peer : sites.keySet()) {
                if (!peer.equals(site.name)) {
                    site.links.put(peer, new LinkEnd());
                }
            }
        }
    }

    Site site(String name) {
        return sites.get(name);
    }

    /** A workload that runs at a site, with its topics there. */
    TestingWorld running(String at, long epoch, boolean withTopics) {
        Site site = site(at);
        site.app = new App();
        site.app.desired = 1;
        site.app.epoch = epoch;
        site.app.mode = Mode.RUNNING;
        site.floor = epoch;
        Pod pod = new Pod();
        pod.startsAt = time.millis();
        site.pods.add(pod);
        if (withTopics) {
            topics(at);
        }
        return this;
    }

    TestingWorld topics(String at) {
        inputHome = at;
        site(at).topics.put(INPUT, new Topic());
        site(at).topics.put(OWNED, new Topic());
        return this;
    }

    /** A mirror of the topic, which another workload reads there, say. */
    TestingWorld mirrored(String at, String topic) {
        Topic mirror = new Topic();
        mirror.mirrorOf = inputHome;
        mirror.status = MirrorStatus.ACTIVE;
        site(at).topics.put(topic, mirror);
        return this;
    }

    /** From now on no offset comes in at the site any more: what is there gets older. */
    void lastRound(String at) {
        site(at).links.values().forEach(i -> i.nextAt = Long.MAX_VALUE);
    }

    // time

    synchronized void advance(long millis) {
        long end = time.millis() + Math.max(1, millis);
        while (time.millis() < end) {
            long next = Math.min(end, time.millis() + 10);
            time.set(next);
            tick(next);
        }
    }

    private void tick(long now) {
        eachTick.accept(now);
        Topic input = sites.get(inputHome).topics.get(INPUT);
        if (feeding && input != null && !sites.get(inputHome).down) {
            input.log.add((long) input.log.size());
        }
        for (Site site : sites.values()) {
            for (Map.Entry<String, Topic> e : site.topics.entrySet()) {
                mirror(e.getKey(), e.getValue(), now);
            }
        }
        for (Site site : sites.values()) {
            site.pods.removeIf(p -> now >= p.goneAt);
            if (site.app != null && site.app.job && !site.pods.isEmpty()) {
                continue;
            }
            if (site.pods.stream().anyMatch(p -> p.runs(now))) {
                work(site);
            }
        }
        long running =
                sites.values().stream()
                        .filter(s -> !s.name.equals(lost))
                        .filter(s -> s.pods.stream().anyMatch(p -> p.runs(now)))
                        .count();
        if (running > 1) {
            violations.add("two copies at " + now);
        }
        sync(now);
    }

    private void mirror(String name, Topic topic, long now) {
        if (topic.mirrorOf == null) {
            return;
        }
        if (topic.then != null && now >= topic.settlesAt && !stuck) {
            Runnable then = topic.then;
            topic.then = null;
            then.run();
            return;
        }
        Topic source = sites.get(topic.mirrorOf).topics.get(name);
        boolean cut = sites.get(topic.mirrorOf).down;
        if (topic.status == MirrorStatus.ACTIVE && source != null && !cut) {
            if (unmirrorable.contains(name)) {
                topic.status = MirrorStatus.FAILED;
                return;
            }
            for (int i = 0; i < copies && topic.log.size() < source.log.size(); i++) {
                topic.log.add(source.log.get(topic.log.size()));
            }
            topic.lag = source.log.size() - topic.log.size();
        }
    }

    private void work(Site site) {
        Topic in = site.topics.get(INPUT);
        Topic out = site.topics.get(OWNED);
        if (in == null || out == null) {
            return;
        }
        for (int i = 0; i < reads; i++) {
            long at = site.committed.getOrDefault(INPUT, 0L);
            if (at >= in.log.size()) {
                return;
            }
            if (!out.writable()) {
                violations.add("write to a mirror at " + site.name);
                return;
            }
            out.log.add(in.log.get((int) at));
            site.committed.put(INPUT, at + 1);
            site.ours.clear();
        }
    }

    private void sync(long now) {
        for (Site to : sites.values()) {
            to.links.forEach((peer, end) -> sync(to, sites.get(peer), end, now));
        }
    }

    private void sync(Site to, Site from, LinkEnd end, long now) {
        if (end.writesAt >= 0) {
            if (now >= end.writesAt) {
                end.writesAt = -1;
                if (end.read != null && to.pods.isEmpty() && !to.down && !from.down) {
                    to.committed.put(INPUT, end.read);
                    to.ours.clear();
                }
            }
        } else if (now >= end.nextAt && end.sync == Sync.SYNCED && paired(to, from)) {
            end.nextAt = now + end.every;
            end.writesAt = now + end.takes;
            end.read = from.committed.get(INPUT);
        }
    }

    /** The link between the two has a mirror of the input, at either end. */
    private boolean paired(Site to, Site from) {
        return mirrors(to, from) || bidirectional && mirrors(from, to);
    }

    private static boolean mirrors(Site at, Site of) {
        Topic topic = at.topics.get(INPUT);
        return topic != null && of.name.equals(topic.mirrorOf) && !topic.writable();
    }

    @Override
    public Sites named(Map<String, String> connections) {
        if (unnameable.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            throw new IllegalStateException("no sites");
        }
        return this;
    }

    // effects

    /** Runs an effect that changes something: counts it, fails or crashes where it is told to. */
    synchronized void effect(String name, String site, Runnable change) throws PortException {
        if (fails.test(name)) {
            throw new PortException(failure, site, name + " was told to fail");
        }
        if (effects.size() == crashBefore) {
            crashBefore = -1;
            throw new Crash("before " + name);
        }
        effects.add(name);
        change.run();
        afterEffect.accept(name);
        if (effects.size() - 1 == crashAfter) {
            crashAfter = -1;
            throw new Crash("after " + name);
        }
    }

    void reach(String site) throws PortException {
        if (!sites.containsKey(site)) {
            throw new PortException(
                    PortException.Kind.REFUSED, site, "there is no connection " + site);
        }
        if (sites.get(site).down) {
            advance(sites.get(site).silentMillis);
            throw new PortException(PortException.Kind.UNREACHABLE, site, site + " is down");
        }
    }

    // Sites

    @Override
    public Set<String> names() {
        return new TreeSet<>(sites.keySet());
    }

    @Override
    public Cluster cluster(String site) throws PortException {
        if (!sites.containsKey(site)) {
            reach(site);
        }
        return new TestingCluster(this, sites.get(site));
    }

    @Override
    public DataPlane data(String source, String target) {
        return new TestingDataPlane(this, sites.get(source), sites.get(target));
    }

    @Override
    public Inflows inflows(String site) {
        return new TestingInflows(this, sites.get(site));
    }

    @Override
    public Map<String, String> placeholders(String site) throws PortException {
        if (!sites.containsKey(site)) {
            reach(site);
        }
        return Map.of("name", site, "bootstrapServers", site + ":9092");
    }

    @Override
    public List<String> savepoints(String site) {
        return savepoints.get(site);
    }

    @Override
    public synchronized List<String> homes(List<String> topics) throws PortException {
        List<String> homes = new ArrayList<>();
        for (Site site : sites.values()) {
            reach(site.name);
            if (topics.stream()
                    .allMatch(t -> site.topics.containsKey(t) && site.topics.get(t).writable())) {
                homes.add(site.name);
            }
        }
        return homes;
    }

    @Override
    public long callTimeoutMillis() {
        return 1_000;
    }

    @Override
    public void close() {
        // nothing is open
    }
}
