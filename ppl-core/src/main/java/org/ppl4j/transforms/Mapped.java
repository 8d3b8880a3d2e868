package org.ppl4j.transforms;

import ai.djl.ndarray.NDArray;

/**
 * What a transform made of a value.
 *
 * @param value the image, {@code (*, event)}
 * @param logDet the log of the absolute determinant of the Jacobian of the map just applied, shape
 *     {@code (*)}: for {@code inverse} it is that of the inverse map
 */
public record Mapped(NDArray value, NDArray logDet) {}
