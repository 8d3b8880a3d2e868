/**
 * A study of flows as densities of images. {@link org.ppl4j.studies.digits.Digits} first, {@link
 * org.ppl4j.studies.digits.ImageFlows} next, {@link org.ppl4j.studies.digits.Vae} as one learns
 * codes of images; {@code DigitsFlows} has the flows, {@code DigitsBaselines} and {@code
 * DigitsAutoencoder} what they are compared with, {@code DigitsScores} the bits a pixel.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.studies.digits;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
