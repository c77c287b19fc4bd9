package dev.tradewind.job.rules.reference;

import java.util.ArrayList;
import java.util.List;

/** What the sides of one level say, in the order in which they say it. */
final class Log {
    private final List<Change> changes = new ArrayList<>();

    /** Event time when a reading came that is looked at now; null: time itself says so. */
    private Long coming;

    private boolean edit;

    List<Change> changes() {
        return changes;
    }

    void whileComing(long now, boolean atEdit, Runnable said) {
        coming = now;
        edit = atEdit;
        said.run();
        coming = null;
        edit = false;
    }

    void say(boolean own, Change.Kind kind, long at, long onset) {
        changes.add(new Change(own, kind, at, onset, coming == null ? at - 1 : coming, edit));
    }
}
