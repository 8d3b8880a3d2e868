/**
 * A study of flows as guides: how near each comes to four densities of strange shape. {@link
 * org.ppl4j.studies.energies.Energy} has the densities, {@code EnergyTruth} their moments on a
 * grid, {@code EnergyFit} the fits, {@link org.ppl4j.studies.energies.Energies} the comparison.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.studies.energies;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
