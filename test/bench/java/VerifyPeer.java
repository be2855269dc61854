import java.io.*;
import java.nio.file.*;
import java.security.Security;
import java.util.*;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.apache.pdfbox.text.PDFTextStripper;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.*;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * VerifyPeer verify FILE...: digest and signature value of every signature with PDFBox and BouncyCastle (no chain, no revisions), files
 * per second over all of them after a warm-up of 100. VerifyPeer search FILE WORD: milliseconds of a text extraction that finds WORD.
 */
public class VerifyPeer {
    public static void main(String[] args) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        if (args[0].equals("verify")) {
            for (int i = 1; i <= Math.min(100, args.length - 1); i++) verify(args[i]);
            long begin = System.nanoTime();
            for (int i = 1; i < args.length; i++) verify(args[i]);
            System.out.println((args.length - 1) / ((System.nanoTime() - begin) / 1e9));
        } else {
            List<Double> times = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                long begin = System.nanoTime();
                try (PDDocument document = PDDocument.load(new File(args[1]))) {
                    if (!new PDFTextStripper().getText(document).contains(args[2])) throw new IllegalStateException("not found");
                }
                times.add((System.nanoTime() - begin) / 1e6);
            }
            Collections.sort(times);
            System.out.println(times.get(1));
        }
    }

    static void verify(String name) throws Exception {
        byte[] file = Files.readAllBytes(Path.of(name));
        try (PDDocument document = PDDocument.load(file)) {
            for (PDSignature signature : document.getSignatureDictionaries()) {
                CMSSignedData cms = new CMSSignedData(new CMSProcessableByteArray(signature.getSignedContent(file)), signature.getContents(file));
                SignerInformation signer = cms.getSignerInfos().iterator().next();
                X509CertificateHolder certificate = (X509CertificateHolder) cms.getCertificates().getMatches(signer.getSID()).iterator().next();
                if (!signer.verify(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(certificate))) throw new IllegalStateException(name);
            }
        }
    }
}
