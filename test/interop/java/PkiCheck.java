import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.security.*;
import java.security.cert.*;
import java.security.cert.Certificate;
import java.util.*;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.*;
import org.bouncycastle.cert.ocsp.*;
import org.bouncycastle.cms.*;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.*;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.tsp.*;
import org.bouncycastle.util.Store;

/**
 * BouncyCastle as judge over CMS, time stamps, chains, CRLs, OCSP answers and requests. One job per line of standard input, fields parted by
 * tabs; "-" stands for nothing. Prints one line per job: OK TAB detail, or NO TAB reason.
 */
public class PkiCheck {
    public static void main(String[] args) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8));
        BufferedReader jobs = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = jobs.readLine()) != null;) {
            String[] job = line.split("\t");
            String result;
            try {
                result = "OK\t" + run(job);
            } catch (Throwable e) {
                result = "NO\t" + e;
            }
            System.out.println(result.replace('\n', ' ').replace('\r', ' '));
        }
    }

    static String run(String[] job) throws Exception {
        switch (job[0]) {
            case "cms": return cms(read(job[1]), job[2].equals("-") ? null : read(job[2]), job[3]);
            case "token": return token(read(job[1]), read(job[2]), job[3]);
            case "response": return response(read(job[1]), read(job[2]), job[3]);
            case "chain": return chain(job[1], job[2], job[3], job[4], new Date(Long.parseLong(job[5])));
            case "ocsp": return ocsp(read(job[1]), certificates(job[2]).get(0), certificates(job[3]).get(0));
            case "csr": return csr(read(job[1]));
            default: throw new Exception("unknown job " + job[0]);
        }
    }

    static byte[] read(String name) throws IOException {
        return Files.readAllBytes(Path.of(name));
    }

    static List<X509Certificate> certificates(String name) throws Exception {
        List<X509Certificate> list = new ArrayList<>();
        if (name.equals("-")) return list;
        try (InputStream in = new FileInputStream(name)) {
            for (Certificate c : CertificateFactory.getInstance("X.509", "BC").generateCertificates(in)) list.add((X509Certificate) c);
        }
        return list;
    }

    static void require(boolean condition, String reason) throws Exception {
        if (!condition) throw new Exception(reason);
    }

    static String cms(byte[] der, byte[] content, String root) throws Exception {
        CMSSignedData data = content == null ? new CMSSignedData(der) : new CMSSignedData(new CMSProcessableByteArray(content), der);
        require(!data.getSignerInfos().getSigners().isEmpty(), "no signer");
        StringBuilder seen = new StringBuilder();
        for (SignerInformation signer : data.getSignerInfos().getSigners()) {
            X509CertificateHolder holder = match(data.getCertificates(), signer.getSID());
            require(signer.verify(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(holder)), "signature invalid");
            require(signer.getSignedAttributes().get(CMSAttributes.messageDigest) != null, "no messageDigest");
            path(holder, data.getCertificates(), root, new Date());
            seen.append(signer.getEncryptionAlgOID()).append(' ');
        }
        return seen.toString().trim();
    }

    static String token(byte[] der, byte[] data, String root) throws Exception {
        return judge(new TimeStampToken(new CMSSignedData(der)), data, root);
    }

    static String judge(TimeStampToken token, byte[] data, String root) throws Exception {
        X509CertificateHolder holder = match(token.getCertificates(), token.getSID());
        token.validate(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(holder));
        if (data != null) {
            byte[] actual = MessageDigest.getInstance(token.getTimeStampInfo().getMessageImprintAlgOID().getId(), "BC").digest(data);
            require(Arrays.equals(actual, token.getTimeStampInfo().getMessageImprintDigest()), "imprint differs");
        }
        path(holder, token.getCertificates(), root, token.getTimeStampInfo().getGenTime());
        return token.getTimeStampInfo().getGenTime().toInstant().toString();
    }

    static String response(byte[] response, byte[] request, String root) throws Exception {
        TimeStampResponse parsed = new TimeStampResponse(response);
        parsed.validate(new TimeStampRequest(request));
        require(parsed.getTimeStampToken() != null, "status " + parsed.getStatus() + " " + parsed.getStatusString());
        return judge(parsed.getTimeStampToken(), null, root);
    }

    @SuppressWarnings("unchecked")
    static X509CertificateHolder match(Store<X509CertificateHolder> store, SignerId id) throws Exception {
        Collection<X509CertificateHolder> found = store.getMatches(id);
        require(!found.isEmpty(), "certificate missing");
        return found.iterator().next();
    }

    static void path(X509CertificateHolder leaf, Store<X509CertificateHolder> store, String root, Date at) throws Exception {
        JcaX509CertificateConverter converter = new JcaX509CertificateConverter().setProvider("BC");
        List<Object> pool = new ArrayList<>();
        for (X509CertificateHolder h : store.getMatches(null)) pool.add(converter.getCertificate(h));
        build(converter.getCertificate(leaf), pool, root, at, false);
    }

    static void build(X509Certificate leaf, List<Object> pool, String root, Date at, boolean revocation) throws Exception {
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(leaf);
        Set<TrustAnchor> anchors = new HashSet<>();
        for (X509Certificate r : certificates(root)) anchors.add(new TrustAnchor(r, null));
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(pool), "BC"));
        parameters.setRevocationEnabled(revocation);
        parameters.setDate(at);
        CertPathBuilder.getInstance("PKIX", "BC").build(parameters);
    }

    static String chain(String leaf, String intermediates, String root, String crls, Date at) throws Exception {
        List<Object> pool = new ArrayList<>(certificates(intermediates));
        X509Certificate target = certificates(leaf).get(0);
        pool.add(target);
        if (!crls.equals("-")) {
            for (String name : crls.split(",")) {
                pool.add(new JcaX509CRLConverter().setProvider("BC").getCRL(new X509CRLHolder(read(name))));
            }
        }
        build(target, pool, root, at, !crls.equals("-"));
        return target.getSubjectX500Principal().getName();
    }

    static String ocsp(byte[] der, X509Certificate issuer, X509Certificate leaf) throws Exception {
        OCSPResp outer = new OCSPResp(der);
        require(outer.getStatus() == OCSPResp.SUCCESSFUL, "status " + outer.getStatus());
        BasicOCSPResp basic = (BasicOCSPResp) outer.getResponseObject();
        X509CertificateHolder signer = basic.getCerts().length > 0 ? basic.getCerts()[0] : new JcaX509CertificateHolder(issuer);
        require(basic.isSignatureValid(new JcaContentVerifierProviderBuilder().setProvider("BC").build(signer)), "signature invalid");
        org.bouncycastle.operator.DigestCalculatorProvider digests = new JcaDigestCalculatorProviderBuilder().setProvider("BC").build();
        for (SingleResp single : basic.getResponses()) {
            CertificateID id = single.getCertID();
            if (!id.matchesIssuer(new JcaX509CertificateHolder(issuer), digests) || !id.getSerialNumber().equals(leaf.getSerialNumber())) continue;
            CertificateStatus status = single.getCertStatus();
            return status == CertificateStatus.GOOD ? "good" : status instanceof RevokedStatus ? "revoked" : "unknown";
        }
        throw new Exception("no answer for this certificate");
    }

    static String csr(byte[] der) throws Exception {
        JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(der).setProvider("BC");
        require(request.isSignatureValid(new JcaContentVerifierProviderBuilder().setProvider("BC").build(request.getPublicKey())), "signature invalid");
        return request.getSubject().toString();
    }
}
