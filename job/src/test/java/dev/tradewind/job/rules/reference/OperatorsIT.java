package dev.tradewind.job.rules.reference;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.ShrinkingMode;

/** Four times as many histories as every build tries, with those among them. */
@PropertyDefaults(tries = 32, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
class OperatorsIT extends OperatorsTest {}
