package dev.tradewind.job.placement;

import dev.tradewind.job.plan.SiteViews;
import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.SignalNames;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people of feeds that seem to be broken though each of their values could be: those that
 * seem to send another unit than they name, and those that send one value for a day. Their values
 * count all the same. Each is told once, and again when it has been as usual in between, or after a
 * restart.
 *
 * <p>What bounds it: the series that are such now, of those that are known.
 */
final class Doubts {
    private static final Logger LOGGER = LoggerFactory.getLogger(Doubts.class);

    private record Key(boolean siteSubject, String subject, String signal) {}

    private final SiteViews views;
    private final Set<Key> told = new HashSet<>();

    Doubts(SiteViews views) {
        this.views = views;
    }

    /** Such a view was taken in: says whether people were told of it. */
    boolean look(SeriesView view) {
        if (view.isForecast()) {
            return false;
        }
        Key key = new Key(view.siteSubject(), view.subject(), view.signal());
        double leap = views.leap(key.siteSubject, key.subject, key.signal);
        boolean still = views.standsStill(key.siteSubject, key.subject, key.signal);
        if (leap == 1 && !still) {
            told.remove(key);
            return false;
        }
        boolean news = told.add(key);
        if (news) {
            LOGGER.warn("{}", leap == 1 ? stillness(view) : leap(view, leap));
        }
        return news;
    }

    static String leap(SeriesView view, double leap) {
        return String.format(
                Locale.ROOT,
                "%s was about %s what is usual at these hours, read as %s; does its feed send the unit that it names?",
                name(view),
                leap > 1
                        ? String.format(Locale.ROOT, "%.0f times", leap)
                        : String.format(Locale.ROOT, "1/%.0f of", 1 / leap),
                SignalNames.unitOf(view.signal()).orElse("it is"));
    }

    static String stillness(SeriesView view) {
        return String.format(
                Locale.ROOT,
                "%s has been %s for a day, and is another from hour to hour as a rule; does its feed still measure?",
                name(view),
                view.value());
    }

    private static String name(SeriesView view) {
        return view.signal() + (view.siteSubject() ? " of site " : " of zone ") + view.subject();
    }
}
