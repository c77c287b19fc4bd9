package dev.tradewind.job.rules.reference;

import dev.tradewind.model.catalog.Condition;

/** The silence of one series: it begins so long after the end of what was heard last. */
final class SilenceSide implements Side {
    private final Condition condition;
    private final boolean own;
    private final Log log;

    /** Since when it is waited for; null where nobody does. */
    private Long since;

    private boolean everHeard;
    private boolean silent;
    private long last;

    /**
     * @param inForce what was heard last when the rule came into force, or null: then a zone is
     *     waited for since, and a site's own series is not, for it may have none; of an expression
     *     there are a site's own values alone
     */
    SilenceSide(Span span, Condition condition, boolean own, Take inForce, Log log) {
        this.condition = condition;
        this.own = own;
        this.log = log;
        this.last = Long.MIN_VALUE;
        if (inForce != null) {
            last = span.from();
            since = end(inForce);
            everHeard = true;
            if (next() > span.from()) {
                say(Change.Kind.LOW, span.from());
            }
            pass(span.from());
        } else if (own == (condition.expression() != null)) {
            last = span.from();
            since = span.from();
        }
    }

    private long end(Take take) {
        return condition.forecast() ? take.reading().generatedMillis() : take.end();
    }

    @Override
    public long next() {
        return since == null || silent ? NEVER : since + condition.forMillis();
    }

    @Override
    public void pass(long until) {
        if (next() <= until) {
            long at = next();
            silent = true;
            say(Change.Kind.HIGH, at);
            say(Change.Kind.HELD, at);
        }
    }

    @Override
    public void arrive(Take take) {
        long start = take.reading().eventMillis();
        if (!take.correction()) {
            // One that is ahead of event time shows that all was silent until then.
            pass(start - 1);
        }
        boolean news = silent || !everHeard;
        since = end(take);
        everHeard = true;
        silent = false;
        if (news) {
            say(Change.Kind.LOW, start);
        }
        pass(take.now());
    }

    @Override
    public void from(long now) {
        last = Math.max(last, now);
    }

    @Override
    public boolean isKnown(long now) {
        return since != null;
    }

    private void say(Change.Kind kind, long at) {
        last = Math.max(last, at);
        log.say(own, kind, last, since);
    }
}
