package dev.tradewind.sinks.linking;

import dev.tradewind.sinks.connection.ConnectionException;
import dev.tradewind.sinks.connection.Deadline;
import dev.tradewind.sinks.linking.Sighting.Asked;
import dev.tradewind.sinks.linking.Sighting.KafkaView;
import dev.tradewind.sinks.linking.Sighting.LinkView;
import dev.tradewind.sinks.port.DataPlane;
import dev.tradewind.sinks.port.DataState;
import dev.tradewind.sinks.port.DataState.GroupState;
import dev.tradewind.sinks.port.DataState.LinkState;
import dev.tradewind.sinks.port.DataState.TopicState;
import dev.tradewind.sinks.port.MirrorStatus;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.PortException.Kind;
import dev.tradewind.sinks.port.Survey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclBinding;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Topics and groups at two sites, over Confluent Cluster Linking. Mirrors live at the target, under
 * the link that the target's connection names for the source; on a bidirectional link the source
 * has an object of the same name, which its connection may name too.
 */
public final class LinkedDataPlane implements DataPlane {
    private static final Logger LOG = LoggerFactory.getLogger(LinkedDataPlane.class);

    /** Of a survey, for what is read. */
    private static final long MOST_READ_MILLIS = 1_000;

    private final SiteData source;
    private final SiteData target;
    private final ExecutorService executor;
    private final long timeoutMillis;
    private final String link;

    /**
     * @param executor on which both sides are looked at side by side
     * @param timeoutMillis of a whole call
     */
    public LinkedDataPlane(
            SiteData source, SiteData target, ExecutorService executor, long timeoutMillis) {
        this.source = source;
        this.target = target;
        this.executor = executor;
        this.timeoutMillis = timeoutMillis;
        this.link =
                isLocal()
                        ? null
                        : target.linkTo(source.site())
                                .or(() -> source.linkTo(target.site()))
                                .orElse(null);
    }

    @Override
    public String source() {
        return source.site();
    }

    @Override
    public String target() {
        return target.site();
    }

    private boolean isLocal() {
        return source.site().equals(target.site());
    }

    @Override
    public DataState observe(Collection<String> topics, Collection<String> groups)
            throws PortException {
        Deadline deadline = Deadline.in(target.site(), timeoutMillis);
        Future<KafkaView> kafkaThere = begin(() -> kafka(source, topics, groups));
        Future<LinkView> linksThere = isLocal() ? null : begin(() -> links(source, topics));
        Future<LinkView> linksHere = begin(() -> links(target, topics));
        Future<KafkaView> kafkaHere =
                isLocal() ? kafkaThere : begin(() -> kafka(target, topics, groups));
        KafkaView atSource = get(source, kafkaThere, deadline);
        KafkaView atTarget = get(target, kafkaHere, deadline);
        LinkView byTarget = get(target, linksHere, deadline);
        LinkView bySource = isLocal() ? byTarget : get(source, linksThere, deadline);
        if (!isLocal() && Sighting.lacksMirror(topics, link, atTarget, byTarget)) {
            byTarget = get(target, begin(() -> links(target, topics)), deadline);
        }
        Map<String, TopicState> topicStates = new HashMap<>();
        for (String topic : topics) {
            topicStates.put(
                    topic, Sighting.topic(topic, link, atSource, atTarget, bySource, byTarget));
        }
        Map<String, GroupState> groupStates = new HashMap<>();
        for (String group : groups) {
            groupStates.put(group, Sighting.group(group, atSource, atTarget));
        }
        LinkState state =
                isLocal()
                        ? LinkState.LOCAL
                        : Sighting.link(link, byTarget, bySource.link() != null);
        return new DataState(state, topicStates, groupStates);
    }

    @Override
    public DataState standby(Collection<String> topics, Collection<String> groups)
            throws PortException {
        Deadline deadline = Deadline.in(target.site(), timeoutMillis);
        Future<LinkView> links = begin(() -> links(target, topics));
        KafkaView atTarget = kafka(target, topics, groups);
        LinkView byTarget = get(target, links, deadline);
        Map<String, TopicState> topicStates = new HashMap<>();
        for (String topic : topics) {
            topicStates.put(
                    topic,
                    Sighting.topic(topic, link, KafkaView.NONE, atTarget, LinkView.NONE, byTarget));
        }
        Map<String, GroupState> groupStates = new HashMap<>();
        for (String group : groups) {
            KafkaSide.Group here = atTarget.groups().get(group);
            groupStates.put(
                    group,
                    new GroupState(
                            Map.of(), here.committed(), 0, here.members(), Set.of(), here.ours()));
        }
        return new DataState(Sighting.link(link, byTarget, false), topicStates, groupStates);
    }

    @Override
    public Map<TopicPartition, Long> begins(Collection<String> topics, Instant since)
            throws PortException {
        Deadline deadline = Deadline.in(target.site(), timeoutMillis);
        KafkaSide kafka = target.kafka();
        Map<String, Integer> partitions = kafka.partitions(topics, deadline.left());
        OffsetSpec which =
                since == null
                        ? OffsetSpec.earliest()
                        : OffsetSpec.forTimestamp(since.toEpochMilli());
        Map<TopicPartition, Long> begins =
                partitions.isEmpty() ? Map.of() : kafka.offsets(partitions, which, deadline.left());
        int count = partitions.values().stream().mapToInt(Integer::intValue).sum();
        if (begins.size() < count) {
            throw new PortException(
                    Kind.RETRY, target.site(), "where topics begin is not to be had: no leader");
        }
        return begins;
    }

    @Override
    public Survey survey(Collection<String> topics) throws PortException {
        if (isLocal() || topics.isEmpty()) {
            return Survey.NONE;
        }
        Deadline deadline = Deadline.in(target.site(), timeoutMillis);
        KafkaSide kafka = source.kafka();
        Prospect prospect = new Prospect(kafka);
        Map<String, Integer> partitions = kafka.partitions(topics, deadline.left());
        if (partitions.isEmpty()) {
            return Survey.NONE;
        }
        Map<TopicPartition, Long> ends = kafka.ends(partitions, deadline.left());
        Set<TopicPartition> transactional = prospect.transactional(ends.keySet(), deadline.left());
        Map<TopicPartition, Long> gaps = gaps(kafka, partitions, ends, transactional, deadline);
        Set<String> compacted = new HashSet<>();
        for (String topic : gaps.keySet().stream().map(TopicPartition::topic).distinct().toList()) {
            if (prospect.isCompacted(topic, deadline.left())) {
                compacted.add(topic);
            }
        }
        List<AclBinding> there =
                prospect.grants(deadline.left()).filter(g -> !g.isEmpty()).orElse(null);
        List<AclBinding> here = there == null ? null : grantsAtTarget(deadline);
        return new Survey(transactional, gaps, compacted, there, here);
    }

    /** Those with a live mirror need not be read: it could be made. */
    private Map<TopicPartition, Long> gaps(
            KafkaSide kafka,
            Map<String, Integer> partitions,
            Map<TopicPartition, Long> ends,
            Set<TopicPartition> transactional,
            Deadline deadline)
            throws PortException {
        Map<String, Integer> fresh = new HashMap<>(partitions);
        for (Mirror mirror : links(target, partitions.keySet()).mirrors()) {
            boolean lives = !mirror.isStopped() && !MirrorStatus.of(mirror.status()).isBroken();
            if (lives && mirror.link().equals(link)) {
                fresh.remove(mirror.topic());
            }
        }
        transactional.forEach(p -> fresh.remove(p.topic()));
        if (fresh.isEmpty()) {
            return Map.of();
        }
        Map<TopicPartition, Long> begins =
                kafka.offsets(fresh, OffsetSpec.earliest(), deadline.left());
        long readMillis = Math.min(MOST_READ_MILLIS, deadline.left().toMillis() / 2);
        return source.gaps(
                Prospect.ranges(begins, ends), Duration.ofMillis(Math.max(1, readMillis)));
    }

    private List<AclBinding> grantsAtTarget(Deadline deadline) throws PortException {
        Prospect prospect = new Prospect(target.kafka());
        Optional<List<AclBinding>> grants =
                prospect.grants(deadline.left()).filter(g -> !g.isEmpty());
        return grants.isPresent() && prospect.isClosed(deadline.left()) ? grants.get() : null;
    }

    private KafkaView kafka(SiteData site, Collection<String> topics, Collection<String> groups)
            throws PortException {
        Deadline deadline = Deadline.in(site.site(), timeoutMillis);
        Asked own = Asked.about(topics, groups);
        return site.kafkaLooks()
                .ask(own, asked -> kafka(site.kafka(), asked, deadline), deadline)
                .about(own);
    }

    private static KafkaView kafka(KafkaSide kafka, Asked asked, Deadline deadline)
            throws PortException {
        Map<String, Integer> partitions = kafka.partitions(asked.topics(), deadline.left());
        Map<TopicPartition, Long> ends =
                partitions.isEmpty() ? Map.of() : kafka.ends(partitions, deadline.left());
        return new KafkaView(
                partitions, ends, kafka.groups(asked.groups(), asked.topics(), deadline.left()));
    }

    private LinkView links(SiteData site, Collection<String> topics) throws PortException {
        if (site.linking().isEmpty()) {
            return LinkView.NONE;
        }
        LinkingClient client = site.linking().get();
        Deadline deadline = Deadline.in(site.site(), timeoutMillis);
        LinkView all =
                site.linkLooks(String.valueOf(link))
                        .ask(link, l -> links(site, client, l, deadline), deadline);
        return call(
                site,
                () -> {
                    List<Mirror> mirrors = new ArrayList<>();
                    for (Mirror mirror : all.mirrors()) {
                        if (topics.contains(mirror.topic())) {
                            boolean pending = MirrorStatus.of(mirror.status()).isPending();
                            // Why it doesn't get on is told of one mirror at a time only.
                            mirrors.add(
                                    pending
                                            ? client.within(deadline.left())
                                                    .mirror(mirror.link(), mirror.topic())
                                                    .orElse(mirror)
                                            : mirror);
                        }
                    }
                    return new LinkView(all.link(), all.configs(), mirrors);
                });
    }

    /**
     * The link, and every mirror.
     *
     * @param link null: none
     */
    private static LinkView links(
            SiteData site, LinkingClient client, String link, Deadline deadline)
            throws PortException {
        return call(
                site,
                () -> {
                    Optional<Link> seen =
                            link == null
                                    ? Optional.empty()
                                    : client.within(deadline.left()).link(link);
                    Map<String, String> configs =
                            seen.isEmpty()
                                    ? Map.of()
                                    : client.within(deadline.left()).configs(link);
                    return new LinkView(
                            seen.orElse(null), configs, client.within(deadline.left()).mirrors());
                });
    }

    @Override
    public void ensureMirror(String topic) throws PortException {
        if (isLocal()) {
            return;
        }
        Deadline deadline = Deadline.in(target.site(), timeoutMillis);
        call(
                target,
                () -> {
                    LinkingClient client = linking(target);
                    try {
                        client.within(deadline.left()).createMirror(link(), topic);
                        LOG.info("mirror of {} asked for at {} over {}", topic, target(), link);
                    } catch (LinkingException e) {
                        if (e.kind() != LinkingException.Kind.EXISTS) {
                            throw e;
                        }
                        if (client.within(deadline.left()).mirror(link(), topic).isEmpty()) {
                            throw refused(
                                    target,
                                    "a topic "
                                            + topic
                                            + " is in the way at "
                                            + target()
                                            + ": it is no mirror over "
                                            + link,
                                    e);
                        }
                    }
                    return null;
                });
    }

    @Override
    public void deleteStaleMirror(String topic) throws PortException {
        if (isLocal()) {
            return;
        }
        Deadline deadline = Deadline.in(target.site(), timeoutMillis);
        // before it is looked at: what is judged is this one, or another that came after it
        Optional<Uuid> id = target.kafka().id(topic, deadline.left());
        TopicState state = observe(List.of(topic), List.of()).topics().get(topic);
        if (id.isEmpty() || !state.atTarget()) {
            return;
        }
        String where = "topic " + topic + " at " + target();
        if (state.mirror() != null && !state.stale()) {
            LOG.info("{} is {} by now: it is not deleted", where, state.mirror().raw());
            return;
        }
        Optional<String> keeps = Sighting.keeps(state, source());
        if (keeps.isPresent()) {
            throw refused(target, where + " " + keeps.get(), null);
        }
        Set<String> active = target.kafka().activeGroups(topic, deadline.left());
        if (!active.isEmpty()) {
            throw refused(target, where + " is not deleted: " + active + " read it", null);
        }
        stopFollowing(topic, deadline);
        boolean deleted = target.kafka().delete(topic, id.get(), deadline.left());
        LOG.info(
                "stale mirror of {} {} at {}",
                topic,
                deleted ? "deleted" : "not there any more",
                target());
    }

    /**
     * Where the mirror follows another site than the source, it is of use again when the workload
     * is moved there, and may be what it writes to when a deletion is done late. Once it is
     * stopped, it never is.
     */
    private void stopFollowing(String topic, Deadline deadline) throws PortException {
        Mirror mirror = Sighting.find(links(target, List.of(topic)).mirrors(), topic, link);
        if (mirror == null
                || mirror.link().equals(link)
                || mirror.isStopped()
                || mirror.status().equals(Mirror.FAILED)) {
            return;
        }
        for (TopicResult result :
                call(
                        target,
                        () ->
                                linking(target)
                                        .within(deadline.left())
                                        .failover(mirror.link(), List.of(topic)))) {
            if (!result.isAccepted() && !result.isAlreadyStopped()) {
                throw new PortException(
                        Kind.RETRY,
                        target(),
                        "the mirror of "
                                + topic
                                + " over link "
                                + mirror.link()
                                + " is not stopped: "
                                + result.errorCode()
                                + " "
                                + result.message());
            }
        }
        LOG.info("mirror of {} over {} stopped at {}", topic, mirror.link(), target());
    }

    @Override
    public Map<String, String> reverse(List<String> topics) throws PortException {
        return alter(topics, Alteration.REVERSE);
    }

    @Override
    public Map<String, String> promote(List<String> topics) throws PortException {
        return alter(topics, Alteration.PROMOTE);
    }

    @Override
    public Map<String, String> failover(List<String> topics) throws PortException {
        return alter(topics, Alteration.FAILOVER);
    }

    @Override
    public Map<String, String> restore(List<String> topics) throws PortException {
        return alter(topics, Alteration.RESTORE);
    }

    private enum Alteration {
        REVERSE,
        PROMOTE,
        FAILOVER,
        RESTORE
    }

    private Map<String, String> alter(List<String> topics, Alteration what) throws PortException {
        if (isLocal() || topics.isEmpty()) {
            return Map.of();
        }
        Deadline deadline = Deadline.in(target.site(), timeoutMillis);
        return call(
                target,
                () -> {
                    LinkingClient client = linking(target);
                    List<String> open = new ArrayList<>();
                    Map<String, Mirror> mirrors = new HashMap<>();
                    client.within(deadline.left())
                            .mirrors(link())
                            .forEach(m -> mirrors.put(m.topic(), m));
                    for (String topic : topics) {
                        if (!isSo(topic, mirrors.get(topic), what, deadline)) {
                            open.add(topic);
                        }
                    }
                    Map<String, String> problems = new LinkedHashMap<>();
                    if (open.isEmpty()) {
                        return problems;
                    }
                    LinkingClient bounded = client.within(deadline.left());
                    List<TopicResult> results =
                            switch (what) {
                                case REVERSE -> bounded.reverse(link(), open);
                                case PROMOTE -> bounded.promote(link(), open);
                                case FAILOVER -> bounded.failover(link(), open);
                                case RESTORE -> bounded.truncateAndRestore(link(), open);
                            };
                    for (TopicResult result : results) {
                        boolean stops = what == Alteration.PROMOTE || what == Alteration.FAILOVER;
                        boolean stopped = stops && result.isAlreadyStopped();
                        if (!result.isAccepted() && !stopped && open.contains(result.topic())) {
                            problems.put(
                                    result.topic(), result.errorCode() + " " + result.message());
                        }
                    }
                    LOG.info("{} of {} sent to {} over {}", what, open, target(), link);
                    return problems;
                });
    }

    /** It is as asked for, or about to be: it isn't sent again. */
    private boolean isSo(String topic, Mirror mirror, Alteration what, Deadline deadline)
            throws PortException {
        if (mirror == null) {
            return false;
        }
        switch (what) {
            case FAILOVER:
                return mirror.isStopped();
            case RESTORE:
                return !mirror.isStopped();
            case PROMOTE:
                return mirror.isStopped() || mirror.status().equals(Mirror.PENDING_STOPPED);
            default:
                if (MirrorStatus.of(mirror.status()).isPending()) {
                    return true;
                }
                return mirror.isStopped()
                        && source.linking().isPresent()
                        && source.linking()
                                .get()
                                .within(deadline.left())
                                .mirror(link(), topic)
                                .filter(m -> !m.isStopped())
                                .isPresent();
        }
    }

    @Override
    public void writeOffsets(String group, Map<TopicPartition, Long> offsets, long epoch)
            throws PortException {
        if (offsets.isEmpty()) {
            return;
        }
        Deadline deadline = Deadline.in(target.site(), timeoutMillis);
        KafkaSide kafka = target.kafka();
        Set<String> topics = new HashSet<>();
        offsets.keySet().forEach(p -> topics.add(p.topic()));
        KafkaSide.Group present = kafka.groups(List.of(group), topics, deadline.left()).get(group);
        if (present.members() > 0) {
            throw kafka.inUse(group, null);
        }
        Map<TopicPartition, Long> differing = new HashMap<>(offsets);
        differing.entrySet().removeAll(present.committed().entrySet());
        if (!differing.isEmpty()) {
            kafka.commit(group, differing, epoch, deadline.left());
            LOG.info("offsets of group {} written at {}: {}", group, target(), differing);
        }
    }

    private String link() throws PortException {
        if (link == null) {
            throw refused(
                    target,
                    "the connection of " + target() + " names no link to " + source(),
                    null);
        }
        return link;
    }

    static LinkingClient linking(SiteData site) throws PortException {
        return site.linking()
                .orElseThrow(
                        () ->
                                refused(
                                        site,
                                        "the connection of "
                                                + site.site()
                                                + " names no clusterLinking",
                                        null));
    }

    private <T> Future<T> begin(Callable<T> look) {
        return executor.submit(look);
    }

    static <T> T get(SiteData site, Future<T> future, Deadline deadline) throws PortException {
        try {
            return future.get(deadline.left().toMillis() + 300, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PortException port) {
                throw port;
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new PortException(
                    Kind.UNREACHABLE, site.site(), site.site() + " did not answer in time", e);
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new PortException(Kind.UNREACHABLE, site.site(), "interrupted", e);
        }
    }

    /** What asks the linking service. */
    interface Body<T> {
        T run() throws PortException;
    }

    static <T> T call(SiteData site, Body<T> body) throws PortException {
        try {
            return body.run();
        } catch (LinkingException e) {
            throw new PortException(kind(e), site.site(), e.getMessage(), e);
        } catch (ConnectionException e) {
            throw new PortException(Kind.FATAL, site.site(), e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw refused(site, e.getMessage(), e);
        }
    }

    private static Kind kind(LinkingException e) {
        return switch (e.kind()) {
            case NOT_FOUND, EXISTS, REFUSED -> Kind.REFUSED;
            case DENIED -> e.status() == 401 ? Kind.FATAL : Kind.REFUSED;
            case UNREACHABLE -> Kind.UNREACHABLE;
            case RETRY -> e.status() == 0 ? Kind.UNREACHABLE : Kind.RETRY;
        };
    }

    private static PortException refused(SiteData site, String message, Throwable cause) {
        return new PortException(Kind.REFUSED, site.site(), message, cause);
    }
}
