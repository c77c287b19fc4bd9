package dev.tradewind.cli.simulate;

import java.util.Arrays;

/** A running application: it reads each input record and writes one, from where it stands. */
final class Pod {
    final long startsAt;

    /** Of the object that it was made for. */
    final String title;

    final String revision;
    final boolean broken;

    /** It reads and writes topics; else it just runs. */
    private final boolean reads;

    /** Of a Job: it ends by itself after so many records of each partition, or ticks; 0: never. */
    private final int until;

    long goneAt = Long.MAX_VALUE;
    private long[] position;
    private int ticks;

    /**
     * @param revision of the manifest that it was made of
     * @param broken it never gets ready
     * @param reads it reads and writes topics
     * @param until where it ends by itself; 0: nowhere
     */
    Pod(long startsAt, String title, String revision, boolean broken, boolean reads, int until) {
        this.startsAt = startsAt;
        this.title = title;
        this.reads = reads;
        this.revision = revision;
        this.broken = broken;
        this.until = until;
    }

    boolean runs(long now) {
        return !broken && now >= startsAt && now < goneAt;
    }

    boolean terminating() {
        return goneAt != Long.MAX_VALUE;
    }

    void pass(World world, Kafka kafka, String workload) {
        if (reads) {
            work(world, kafka, workload);
        } else {
            ticks++;
        }
    }

    boolean isMember(long now) {
        return reads && startsAt <= now && !broken;
    }

    /** It has done all that it was to do. */
    boolean isDone() {
        return until > 0
                && (reads
                        ? position != null && Arrays.stream(position).allMatch(p -> p >= until)
                        : ticks >= until);
    }

    private void work(World world, Kafka kafka, String workload) {
        String output = World.output(workload);
        String group = World.group(workload);
        Topic in = kafka.topics.get(World.INPUT);
        Topic out = kafka.topics.get(output);
        if (in == null || out == null || world.network.kafkaDown(kafka.site)) {
            return;
        }
        if (position == null) {
            begin(world, kafka, workload, out);
        }
        for (int p = 0; p < position.length; p++) {
            Log from = in.partitions.get(p);
            int end = until > 0 ? Math.min(until, from.size()) : from.size();
            for (int i = 0; i < 3 * world.plan.fed() && position[p] < end; i++) {
                if (out.stray) {
                    // until it is taken back it can't write, and goes on where it was then
                    world.tally.count("writes turned down by a stray");
                    return;
                }
                if (!out.writable()) {
                    world.violate(
                            "%s writes %s at %s, which is a mirror", workload, output, kafka.site);
                    return;
                }
                out.partitions.get(p).add(from.get((int) position[p]));
                position[p]++;
            }
        }
        if (++ticks % 3 == 0) {
            commit(kafka, group);
        }
    }

    private void begin(World world, Kafka kafka, String workload, Topic out) {
        kafka.goesOn(World.group(workload));
        position = new long[world.plan.partitions()];
        for (int p = 0; p < position.length; p++) {
            long offset = kafka.committed(World.group(workload), World.INPUT, p);
            position[p] = world.plan.group() ? Math.max(0, offset) : out.partitions.get(p).size();
        }
        world.tell("%s: %s goes on at %d", kafka.site, workload, position[0]);
    }

    private void commit(Kafka kafka, String group) {
        for (int p = 0; p < position.length; p++) {
            kafka.commitOfApplication(group, World.INPUT, p, position[p]);
        }
    }

    /** It was told to end, or has come to its end, and does what it has to before. */
    void end(World world, Kafka kafka, String workload) {
        if (position != null && !world.network.kafkaDown(kafka.site)) {
            commit(kafka, World.group(workload));
        }
    }
}
