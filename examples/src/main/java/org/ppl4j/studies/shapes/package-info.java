/**
 * A study of flows as densities: eleven families on five shapes in the plane. {@code
 * PlaneDistributions} has the shapes, {@link org.ppl4j.studies.shapes.DensityZoo} the families and
 * the comparison, {@link org.ppl4j.studies.shapes.FlowSurvey} the questions of the survey of flows.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.studies.shapes;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
