// Made by "npm run client-types" from the operations of the server: not to be edited.
export interface paths {
    "/v1/detect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Detect the faces in a photo
         * @description Requires the scope `identify`.
         */
        post: operations["detect"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/embed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Detect the faces in a photo and compute their embeddings
         * @description Requires the scope `identify`.
         */
        post: operations["embed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/identify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Identify the subjects in a photo
         * @description The photo is not stored, unless recording is switched on for the gallery. With `liveness_result`, the face that passed the challenge is identified, and no body is sent.
         *
         *     Requires the scope `identify`.
         */
        post: operations["identify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/identify/embeddings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Identify the subjects of embeddings
         * @description The embeddings are those of one photo, computed elsewhere.
         *
         *     Requires the scope `identify`.
         */
        post: operations["identifyEmbeddings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Compare two faces, or a face and a subject
         * @description Uses the largest face of a photo. Side `a` is a photo or an embedding, side `b` the same or a subject; in a form, parts `a` and `b`, or `a` and a field `subject`. With `liveness_result`, side `a` is the face that passed the challenge.
         *
         *     Requires the scope `identify`.
         */
        post: operations["verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the galleries of the key
         * @description Requires the scope `read`.
         */
        get: operations["listGalleries"];
        put?: never;
        /**
         * Create a gallery
         * @description Requires a key for all galleries.
         *
         *     Requires the scope `admin`.
         */
        post: operations["createGallery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a gallery
         * @description Requires the scope `read`.
         */
        get: operations["getGallery"];
        put?: never;
        post?: never;
        /**
         * Delete a gallery with all its subjects
         * @description Keys lose access to the gallery. Its audit log is deleted too; that of `default` contains the changes of accounts. The deletion is recorded in the audit log of the default gallery, which is created again if it was deleted. Requires a key for all galleries. `confirm` must repeat the name of the gallery, so that an address shortened on its way, as by a subject named "..", deletes nothing.
         *
         *     Requires the scope `admin`.
         */
        delete: operations["deleteGallery"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the settings for retention and recording
         * @description Requires the scope `read`.
         */
        get: operations["getGallerySettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the settings for retention and recording
         * @description Omitted settings stay unchanged. With `If-Match`, the change is made only if the settings are unchanged since they were read.
         *
         *     Requires the scope `admin`.
         */
        patch: operations["updateGallerySettings"];
        trace?: never;
    };
    "/v1/galleries/{gallery}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the audit log
         * @description Requires the scope `admin`.
         */
        get: operations["listAuditLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/subjects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the subjects of a gallery
         * @description Requires the scope `read`.
         */
        get: operations["listSubjects"];
        put?: never;
        /**
         * Create a subject without a face
         * @description Requires the scope `enroll`.
         */
        post: operations["createSubject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the tags of subjects
         * @description Requires the scope `read`.
         */
        get: operations["listTags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/subjects/{subject}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a subject
         * @description Requires the scope `read`.
         */
        get: operations["getSubject"];
        put?: never;
        post?: never;
        /**
         * Delete a subject with all faces, corrections and events
         * @description Requires the scope `enroll`.
         */
        delete: operations["deleteSubject"];
        options?: never;
        head?: never;
        /**
         * Change name, tags, metadata and other details of a subject
         * @description Omitted fields stay unchanged. With `If-Match`, the change is made only if the subject is unchanged since it was read.
         *
         *     Requires the scope `enroll`.
         */
        patch: operations["updateSubject"];
        trace?: never;
    };
    "/v1/galleries/{gallery}/subjects/{subject}/image": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the picture that stands for a subject
         * @description The face whose id is in the metadata as `portrait`, otherwise the best stored one.
         *
         *     Requires the scope `read`.
         */
        get: operations["getSubjectImage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/subjects/{subject}/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Merge a subject into another
         * @description The other subject receives the faces, and this one is deleted. With `If-Match`, they are merged only if this subject is unchanged since it was read.
         *
         *     Requires the scope `enroll`.
         */
        post: operations["mergeSubject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/subjects/{subject}/erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Erase a subject and return a signed receipt
         * @description Deletes the subject and checks that no data remains.
         *
         *     Requires the scope `admin`.
         */
        post: operations["eraseSubject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/subjects/{subject}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export all data about a subject as one archive
         * @description Requires the scope `admin`.
         */
        get: operations["exportSubject"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/duplicates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List pairs of subjects who are probably one person
         * @description Their most similar photos are as similar as photos of one person are in this gallery. Merge the two, or record that they are different people. After a change of the gallery the first request compares all subjects, which takes about a second for 1,000 of them and six for 10,000. Later requests are answered at once. Where it takes more than ten seconds, the comparison goes on, and until it ends the answer is that of the comparison before: it may lag behind the gallery, and leaves out subjects that were changed or deleted since. Without one before, the answer is `overloaded`: ask again after the time in `Retry-After`.
         *
         *     Requires the scope `read`.
         */
        get: operations["listDuplicates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/different-people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List pairs of subjects that are recorded as different people
         * @description Requires the scope `read`.
         */
        get: operations["listDifferentPeople"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/subjects/{subject}/different-from/{other}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Record that two subjects are different people
         * @description The pair is no longer listed as a possible duplicate, nor named by an audit. It affects no recognition.
         *
         *     Requires the scope `enroll`.
         */
        put: operations["markDifferent"];
        post?: never;
        /**
         * Delete the record that two subjects are different people
         * @description Requires the scope `enroll`.
         */
        delete: operations["unmarkDifferent"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/subjects/{subject}/faces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the enrolled faces of a subject
         * @description Requires the scope `read`.
         */
        get: operations["listFaces"];
        put?: never;
        /**
         * Enroll photos of a subject
         * @description Creates the subject if the name is new. Each photo must show one face, or one that is at least twice as large as any other, unless `at` selects one. A known face of a known photo is reported as `known` and not added again. If every photo is refused, the response is the error of the first.
         *
         *     Requires the scope `enroll`.
         */
        post: operations["addFaces"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/subjects/{subject}/faces/{face}/image": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the stored picture of a face
         * @description Requires the scope `read`.
         */
        get: operations["getFaceImage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/subjects/{subject}/faces/{face}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a face of a subject
         * @description Requires the scope `enroll`.
         */
        delete: operations["deleteFace"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/subjects/{subject}/faces/{face}/move": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Move a face to another subject
         * @description Creates the subject if the name is new.
         *
         *     Requires the scope `enroll`.
         */
        post: operations["moveFace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/subjects/{subject}/faces/{face}/disown": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Remove a face from its subject and record that it is not the subject
         * @description Requires the scope `enroll`.
         */
        post: operations["disownFace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/pictures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get several stored pictures of faces at once
         * @description For a page that shows many people: the audit log gets one entry for all of them. Pictures that do not exist are left out.
         *
         *     Requires the scope `read`.
         */
        get: operations["getPictures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/corrections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the corrections of faces
         * @description Requires the scope `read`.
         */
        get: operations["listCorrections"];
        put?: never;
        /**
         * Record that a face is, or is not, a subject
         * @description Requires the scope `enroll`.
         */
        post: operations["addCorrection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/corrections/{correction}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a correction
         * @description Requires the scope `enroll`.
         */
        delete: operations["deleteCorrection"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/calibration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the calibration of the gallery
         * @description Requires the scope `read`.
         */
        get: operations["getCalibration"];
        /**
         * Set a calibration, such as one of "agnize calibrate"
         * @description Takes a calibration, or a job that measured one with `dry_run`. With `If-Match`, the calibration is set only if the present one is unchanged since it was read.
         *
         *     Requires the scope `admin`.
         */
        put: operations["setCalibration"];
        post?: never;
        /**
         * Delete the calibration and use the thresholds of the model card
         * @description Requires the scope `admin`.
         */
        delete: operations["deleteCalibration"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List recorded identifications
         * @description Requires the scope `read`.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        /**
         * Delete all recorded identifications
         * @description Requires the scope `admin`.
         */
        delete: operations["clearEvents"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/events/{number}/face": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the face of a recorded identification
         * @description Requires the scope `read`.
         */
        get: operations["getEventFace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/visits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List recorded visits
         * @description Requires the scope `read`.
         */
        get: operations["listVisits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/visits/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Search visits by the face in a photo
         * @description Uses the largest face of the photo, and includes visits from before the visitor was named. Also requires the scope `identify`.
         *
         *     Requires the scope `read`.
         */
        post: operations["searchVisits"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/visits/{visit}/face": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the best face of a visit
         * @description Requires the scope `read`.
         */
        get: operations["getVisitFace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/visitors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List unnamed visitors, most recent first
         * @description Visits of the same unknown person are grouped to one visitor, so strictly that one person may be listed twice.
         *
         *     Requires the scope `read`.
         */
        get: operations["listVisitors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/visitors/regroup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Group unknown visitors again
         * @description The server does so every hour.
         *
         *     Requires the scope `enroll`.
         */
        post: operations["regroupVisitors"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/visitors/{visitor}/name": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Name a visitor
         * @description Enrolls the best faces of the visitor as a subject, and names the visits.
         *
         *     Requires the scope `enroll`.
         */
        post: operations["nameVisitor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/visitors/{visitor}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete all data of a visitor
         * @description Requires the scope `enroll`.
         */
        delete: operations["forgetVisitor"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/cameras": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the cameras that are watched, and those at which visits were recorded
         * @description `agnize watch` reports its cameras every ten seconds and after changes, and removes them from the list when it ends.
         *
         *     Requires the scope `read`.
         */
        get: operations["listCameras"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/greeting": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the greeting of recognized subjects
         * @description A subject with a field `greeting` in its metadata is greeted with that phrase instead; `live` returns it with the track.
         *
         *     Requires the scope `identify`.
         */
        get: operations["getGreeting"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the greeting
         * @description Omitted fields stay unchanged; null restores the default. With `If-Match`, the change is made only if the greeting is unchanged since it was read.
         *
         *     Requires the scope `admin`.
         */
        patch: operations["updateGreeting"];
        trace?: never;
    };
    "/v1/galleries/{gallery}/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List jobs
         * @description Finished jobs are listed for seven days.
         *
         *     Requires the scope `read`.
         */
        get: operations["listJobs"];
        put?: never;
        /**
         * Start a job on a folder of the server, or a migration to another model
         * @description Jobs enroll, evaluate, calibrate or migrate; all but enrolling require the scope `admin`. The gallery uses a new calibration at once, unless `dry_run` is set: then `result.effect` tells what it would change, and `PUT /calibration` with the id of the job has the gallery use it. A migration to a model that the server does not run with creates its templates beside the present ones; restart the server with that model after the switch.
         *
         *     Requires the scope `enroll`.
         */
        post: operations["createJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/jobs/archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a job on an archive of photos in the body
         * @description The job enrolls the photos, or evaluates or calibrates on them. The archive is a .zip, .tar or .tar.gz with one folder per person, or one photo per person, and is deleted when the job ends.
         *
         *     Requires the scope `enroll`.
         */
        post: operations["createJobFromArchive"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/jobs/{job}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the state of a job
         * @description Requires the scope `read`.
         */
        get: operations["getJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/jobs/{job}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow a job as Server-Sent Events
         * @description Sends events `job` with the job as data, until the job ends, or the key or session of the request does.
         *
         *     Requires the scope `read`.
         */
        get: operations["followJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/jobs/{job}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a job
         * @description Completed work is kept. Jobs that require the scope `admin` to start require it to cancel.
         *
         *     Requires the scope `enroll`.
         */
        post: operations["cancelJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/liveness": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the liveness check that the server requires of live faces
         * @description Requires the scope `identify`.
         */
        get: operations["getLiveness"];
        put?: never;
        /**
         * Create a challenge that a person follows before the camera
         * @description The frames go over the WebSocket of `live` with `?challenge=ID`, as text messages `{"nonce", "time", "frame"}`: the time in milliseconds rises from frame to frame, the frame is a JPEG in base64. Each is answered by `{"type": "challenge", "frame", "state", "instruction", "done", "steps", "progress", "reason", "advice", "width", "height", "box"}`; `state` is `waiting`, `running`, `passed` or `failed`. A passed one has a `result` and its `expires_at`: `identify` and `verify` accept it once, within 60 s, in this gallery and with this key, in place of the photo.
         *
         *     Requires the scope `identify`.
         */
        post: operations["createChallenge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/liveness/{id}/override": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Vouch for a person who cannot follow a challenge
         * @description For the face that the challenge saw, which must have looked straight. The reason is kept in the audit log. The result is for the key of this request.
         *
         *     Requires the scope `admin`.
         */
        post: operations["overrideChallenge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/liveness/{id}/vouch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Vouch at a kiosk for a person who cannot follow a challenge
         * @description Like `override`, but requires in the body a key of the scope `admin`, or the name and password of an administrator, who stands beside the person; attempts are limited like those to sign in. The result is for the key of this request, which must have created the challenge. Nobody is signed in.
         *
         *     Requires the scope `identify`.
         */
        post: operations["vouchAtChallenge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the keys of the caller's galleries, without their secrets
         * @description Requires the scope `admin`.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Create a key
         * @description The key is shown only in this response.
         *
         *     Requires the scope `admin`.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{key}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace a key by a new one
         * @description The new key has the same rights; the old one is refused at once.
         *
         *     Requires the scope `admin`.
         */
        post: operations["rotateKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a key with immediate effect
         * @description Requires the scope `admin`.
         */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the caller and its rights
         * @description Requires no key.
         */
        get: operations["getSession"];
        put?: never;
        /**
         * Sign in a browser
         * @description Requires the name and the password of an account, or a key. Sets a cookie that replaces them; it is `HttpOnly` and `SameSite=Strict`, and valid only for pages of this server. The session of an account ends after 12 hours without use, at the latest after 7 days, and when the account is disabled or gets another password; that of a key when the key is revoked, expires or is replaced, or after 30 days without use. After too many failed attempts for an account or from an address, further ones are refused for 15 minutes.
         *
         *     Requires no key.
         */
        post: operations["beginSession"];
        /**
         * Sign out a browser
         * @description Requires no key.
         */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/first": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create the first account, an administrator, and sign its owner in
         * @description Possible only while there is no account. Requires an admin key for all galleries, such as the one that the server showed at its first start, so that reaching the server first is not enough to administer it.
         *
         *     Requires no key.
         */
        post: operations["createFirstAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/oidc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin a sign-in at the OpenID Connect provider
         * @description Returns the address of the provider's page, and sets a cookie that the callback requires. The sign-in must be completed within 10 minutes. Afterwards the provider redirects the browser to `v1/session/oidc/callback` below `console`: register that address there.
         *
         *     Requires no key.
         */
        post: operations["beginSessionAtProvider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/oidc/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Complete a sign-in at the OpenID Connect provider
         * @description Sets the session cookie and redirects to the page of the console where the sign-in began. If the sign-in fails, the redirect has the error code as `refused`; programs get the error itself.
         *
         *     Requires no key.
         */
        get: operations["finishSessionAtProvider"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the accounts, by name
         * @description Requires the scope `admin`.
         */
        get: operations["listAccounts"];
        put?: never;
        /**
         * Create an account
         * @description The owner signs in with the password, as the person `subject` at the provider, or, without both, by an invitation.
         *
         *     Requires the scope `admin`.
         */
        post: operations["createAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete an account with its sessions
         * @description The last administrator who can sign in cannot be deleted.
         *
         *     Requires the scope `admin`.
         */
        delete: operations["deleteAccount"];
        options?: never;
        head?: never;
        /**
         * Change an account
         * @description Takes effect at once. A new password, a new `subject` and disabling the account end its sessions. The last administrator who can sign in can neither be disabled nor get another role.
         *
         *     Requires the scope `admin`.
         */
        patch: operations["changeAccount"];
        trace?: never;
    };
    "/v1/accounts/{account}/invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create an invitation that links an account to a person at the provider
         * @description The account is linked to the person who opens the console with `#invitation=` and this value within three days and signs in at the OpenID Connect provider. The invitation is valid once; it ends when another one is created, when the role changes and when the account is disabled.
         *
         *     Requires the scope `admin`.
         */
        post: operations["inviteAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the sessions of an account
         * @description Requires the scope `admin`.
         */
        get: operations["listAccountSessions"];
        put?: never;
        post?: never;
        /**
         * End all sessions of an account
         * @description Requires the scope `admin`.
         */
        delete: operations["endAccountSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account}/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End a session of an account
         * @description Requires the scope `admin`.
         */
        delete: operations["endAccountSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change the caller's password
         * @description Ends all sessions of the account and begins a new one in this browser. Attempts are limited like those to sign in.
         *
         *     Requires that a person has signed in.
         */
        put: operations["changeOwnPassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the caller's sessions
         * @description Requires that a person has signed in.
         */
        get: operations["listOwnSessions"];
        put?: never;
        post?: never;
        /**
         * End the caller's other sessions
         * @description Requires that a person has signed in.
         */
        delete: operations["endOtherOwnSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End one of the caller's sessions
         * @description Requires that a person has signed in.
         */
        delete: operations["endOwnSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/networks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the networks in use with their model cards
         * @description Requires the scope `identify`.
         */
        get: operations["listNetworks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/networks/{sha256}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download the ONNX file of a network
         * @description Requires the scope `identify`.
         */
        get: operations["getNetwork"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the models on the server with their licenses and the state of their files
         * @description Requires the scope `read`.
         */
        get: operations["listModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/pull": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Download missing or damaged built-in models
         * @description Requires a key for all galleries.
         *
         *     Requires the scope `admin`.
         */
        post: operations["pullModels"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/due": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the subjects whose retention period has ended
         * @description Requires the scope `read`.
         */
        get: operations["listDue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/due/erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Erase the subjects whose retention period has ended
         * @description Requires the scope `admin`.
         */
        post: operations["eraseDue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check that the process is running
         * @description Requires no key.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check that the server accepts requests
         * @description The models are loaded, the store answers, and the server is not stopping.
         *
         *     Requires no key.
         */
        get: operations["getReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/version": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the versions of the program and of its JSON
         * @description Requires no key.
         */
        get: operations["getVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get metrics for Prometheus
         * @description Covers all galleries and requires a key for all galleries.
         *
         *     Requires the scope `metrics`.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/model": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the model in use
         * @description Returns its id, which embeddings must carry, its license and the basis of its thresholds.
         *
         *     Requires the scope `read`.
         */
        get: operations["getModel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/diagnostics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Examine machine, models, store and server
         * @description The checks of `agnize doctor`, and those that only a running server can make; without reading the store whole (`agnize gallery verify`). No path, no secret and no person is named. Requires a key for all galleries.
         *
         *     Requires the scope `admin`.
         */
        get: operations["getDiagnostics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/galleries/{gallery}/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Open a WebSocket that identifies faces in frames
         * @description Each binary message is a frame (JPEG, PNG, WebP). A text message is a frame whose faces the client found and embedded itself, as with `listNetworks`: `{"width", "height", "model", "faces": [{"box", "quality": {"score", "reasons"}, "embedding"}]}`, with embeddings as little-endian float32 in base64, at most 64 faces; they are tracked separately from those of pictures, and create no visits. For each processed frame the server sends `{"type": "result", "frame", "width", "height", "faces", "ms", "dropped"}`, where each face is that of `identify` with a `track` (`id`, `frames`, `age`, `subject` by a vote of its frames, `greeting`, the phrase of that subject, and, where visits are recorded, `sighting`: `{"visit", "visitor", "before": {"at", "camera"}}`). A frame that arrives while another is processed replaces the waiting one. An error arrives as `{"type": "error", "frame", "code", "detail"}`. A browser, which cannot set headers, offers the protocols `agnize` and `agnize.key.KEY`.
         *
         *     Requires the scope `identify`.
         */
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Photo: {
            width: number;
            height: number;
            /** @description The faces, largest first. */
            faces: components["schemas"]["Face"][];
            /** @description Number of smaller faces beyond the limit. */
            faces_left_out: number;
            /** @description Processing time of the photo, in milliseconds. */
            ms: number;
        };
        Face: {
            box: components["schemas"]["Box"];
            detection_score: number;
            /** @description Left eye, right eye, nose, left and right mouth corner, as seen in the photo, in pixels. */
            landmarks: [
                number,
                number
            ][];
            /** @description Degrees. */
            pose: {
                roll: number;
                yaw: number;
                pitch: number;
            };
            quality: {
                /** @description Quality score, 0 to 1; a face with score 0 is not judged. */
                score: number;
                sharpness: number;
                size: number;
                pose: number;
                exposure: number;
                visibility: number;
                reasons: ("blurred" | "too_small" | "turned_away" | "badly_exposed" | "not_clearly_visible")[];
            };
            /** @description Only where it was asked for. */
            liveness?: components["schemas"]["Liveness"];
            answer: ("match" | "unknown" | "not_judgeable") | null;
            /** @description Null for a match. */
            reason: ("blurred" | "too_small" | "turned_away" | "badly_exposed" | "not_clearly_visible" | "attack" | "liveness_not_judgeable" | "empty_gallery" | "below_threshold" | "already_in_photo" | "ambiguous" | "corrected") | null;
            /** @description Null unless it is a match. */
            subject: components["schemas"]["NamedSubject"] | null;
            /** @description Similarity to the subject, otherwise to the most similar subject; null in an empty gallery. */
            similarity: number | null;
            /** @description The similarity as L2 distance, 0 to 2. */
            distance: number | null;
            /** @description Probability of a match, 0 to 1; null without a calibration. */
            probability: number | null;
            threshold: components["schemas"]["Threshold"] | null;
            runner_up: components["schemas"]["Candidate"] | null;
            margin: number | null;
            corrections: components["schemas"]["AppliedCorrection"][];
            /** @description Most similar subjects first, whatever the answer. */
            candidates: components["schemas"]["Candidate"][];
            embedding?: number[];
            model?: string;
        };
        /** @description Position in pixels of the upright photo. */
        Box: {
            x: number;
            y: number;
            width: number;
            height: number;
        };
        Liveness: {
            /**
             * @description `attack`: a picture of a face.
             * @enum {string}
             */
            answer: "live" | "attack" | "not_judgeable";
            /** @description 0 to 1, higher for live faces; null where it cannot be judged. */
            score: number | null;
            /** @description Scores at or above this value are live. */
            threshold: number;
            /** @description Photos and method that the threshold comes from; `challenge` for a face that passed one, `override` for one that an operator vouched for. */
            basis: string;
            /** @description Why it cannot be judged. */
            reason: ("too_tight" | "too_small" | "badly_exposed" | "blurred") | null;
            /** @description What to do about the reason. */
            advice: string | null;
        };
        NamedSubject: {
            id: string;
            name: string;
        };
        Threshold: {
            /** @description Similarities at or above this value match. */
            value: number;
            /** @description Expected false match rate of one comparison at this threshold. */
            fmr: number | null;
            /** @description Whether a rarer rate was asked than the calibration supports, so that this is the threshold of the rarest one it does. */
            limited: boolean;
            /** @description Basis of the threshold, in words. */
            source: string;
            /** @description Date of the calibration on the gallery's data. */
            calibrated_at: string | null;
        };
        Candidate: {
            subject: components["schemas"]["NamedSubject"];
            /** @description Cosine similarity, −1 to 1; higher is more similar. */
            similarity: number;
            /** @description Cosine of the embeddings, before a cohort corrects it, −1 to 1. */
            cosine: number;
            /** @description Id of the enrolled face most similar to the face. */
            template_id: string;
            /** @description File name of the photo of that face. */
            photo: string;
        };
        AppliedCorrection: {
            id: string;
            /** @enum {string} */
            kind: "not" | "same";
            subject: components["schemas"]["NamedSubject"];
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            created_at: string;
            /** @description Cosine similarity, −1 to 1; higher is more similar. */
            similarity: number;
        };
        PhotoInput: {
            /**
             * Format: byte
             * @description The photo in base64, or as a data: URL.
             */
            photo: string;
            /**
             * Format: uri
             * @description Address from which the server fetches the photo, if its settings permit it.
             */
            photo_url?: string;
            /** @description File name of the photo. */
            name?: string;
        } | {
            /**
             * Format: byte
             * @description The photo in base64, or as a data: URL.
             */
            photo?: string;
            /**
             * Format: uri
             * @description Address from which the server fetches the photo, if its settings permit it.
             */
            photo_url: string;
            /** @description File name of the photo. */
            name?: string;
        };
        IdentifiedPhoto: {
            width: number;
            height: number;
            /** @description The faces, largest first. */
            faces: components["schemas"]["Face"][];
            /** @description Number of smaller faces beyond the limit. */
            faces_left_out: number;
            /** @description Processing time of the photo, in milliseconds. */
            ms: number;
            /** @description The subject's own greeting phrase, `greeting` in its metadata; null where the gallery's phrase applies. Only with `liveness_result`. */
            greeting?: string | null;
        };
        SubjectName: string;
        SubjectWord: string;
        Verdict: {
            answer: ("match" | "unknown" | "not_judgeable") | null;
            /** @description Null for a match. */
            reason: ("blurred" | "too_small" | "turned_away" | "badly_exposed" | "not_clearly_visible" | "attack" | "liveness_not_judgeable" | "empty_gallery" | "below_threshold" | "already_in_photo" | "ambiguous" | "corrected") | null;
            /** @description Null unless it is a match. */
            subject: components["schemas"]["NamedSubject"] | null;
            /** @description Similarity to the subject, otherwise to the most similar subject; null in an empty gallery. */
            similarity: number | null;
            /** @description The similarity as L2 distance, 0 to 2. */
            distance: number | null;
            /** @description Probability of a match, 0 to 1; null without a calibration. */
            probability: number | null;
            threshold: components["schemas"]["Threshold"] | null;
            runner_up: components["schemas"]["Candidate"] | null;
            margin: number | null;
            corrections: components["schemas"]["AppliedCorrection"][];
            /** @description Most similar subjects first, whatever the answer. */
            candidates: components["schemas"]["Candidate"][];
        };
        Verification: {
            /**
             * @description `not_judgeable` if the quality score of a face is 0, whatever the similarity.
             * @enum {string}
             */
            answer: "match" | "no_match" | "not_judgeable";
            /** @description Whether the answer is `match`. */
            match: boolean;
            /** @description Reason why the faces cannot be judged. */
            reasons: ("blurred" | "too_small" | "turned_away" | "badly_exposed" | "not_clearly_visible" | "attack" | "liveness_not_judgeable")[];
            /** @description Cosine similarity, −1 to 1; higher is more similar. */
            similarity: number;
            /** @description Cosine of the embeddings, before a cohort corrects it, −1 to 1. */
            cosine: number;
            distance: number;
            probability: number | null;
            threshold: components["schemas"]["Threshold"];
            /** @description Null unless a subject is compared. */
            candidate: components["schemas"]["Candidate"] | null;
            /** @description The faces compared; null where there was no photo. */
            faces: (components["schemas"]["Face"] | null)[];
        };
        VerificationFace: {
            /**
             * Format: byte
             * @description The photo in base64, or as a data: URL.
             */
            photo: string;
            /**
             * Format: uri
             * @description Address from which the server fetches the photo, if its settings permit it.
             */
            photo_url?: string;
            /** @description File name of the photo. */
            name?: string;
            embedding?: {
                /** @description Id of the model that computed the embedding. */
                model: string;
                vector: number[];
                /** @description Quality of the face from its detection; a face with score 0 is not judged. */
                quality?: {
                    score: number;
                    reasons: ("blurred" | "too_small" | "turned_away" | "badly_exposed" | "not_clearly_visible")[];
                };
            };
        } | {
            /**
             * Format: byte
             * @description The photo in base64, or as a data: URL.
             */
            photo?: string;
            /**
             * Format: uri
             * @description Address from which the server fetches the photo, if its settings permit it.
             */
            photo_url: string;
            /** @description File name of the photo. */
            name?: string;
            embedding?: {
                /** @description Id of the model that computed the embedding. */
                model: string;
                vector: number[];
                /** @description Quality of the face from its detection; a face with score 0 is not judged. */
                quality?: {
                    score: number;
                    reasons: ("blurred" | "too_small" | "turned_away" | "badly_exposed" | "not_clearly_visible")[];
                };
            };
        } | {
            /**
             * Format: byte
             * @description The photo in base64, or as a data: URL.
             */
            photo?: string;
            /**
             * Format: uri
             * @description Address from which the server fetches the photo, if its settings permit it.
             */
            photo_url?: string;
            /** @description File name of the photo. */
            name?: string;
            embedding: {
                /** @description Id of the model that computed the embedding. */
                model: string;
                vector: number[];
                /** @description Quality of the face from its detection; a face with score 0 is not judged. */
                quality?: {
                    score: number;
                    reasons: ("blurred" | "too_small" | "turned_away" | "badly_exposed" | "not_clearly_visible")[];
                };
            };
        };
        VerificationSide: {
            /**
             * Format: byte
             * @description The photo in base64, or as a data: URL.
             */
            photo: string;
            /**
             * Format: uri
             * @description Address from which the server fetches the photo, if its settings permit it.
             */
            photo_url?: string;
            /** @description File name of the photo. */
            name?: string;
            embedding?: {
                /** @description Id of the model that computed the embedding. */
                model: string;
                vector: number[];
                /** @description Quality of the face from its detection; a face with score 0 is not judged. */
                quality?: {
                    score: number;
                    reasons: ("blurred" | "too_small" | "turned_away" | "badly_exposed" | "not_clearly_visible")[];
                };
            };
            /** @description Id or name of the subject. */
            subject?: components["schemas"]["SubjectName"];
        } | {
            /**
             * Format: byte
             * @description The photo in base64, or as a data: URL.
             */
            photo?: string;
            /**
             * Format: uri
             * @description Address from which the server fetches the photo, if its settings permit it.
             */
            photo_url: string;
            /** @description File name of the photo. */
            name?: string;
            embedding?: {
                /** @description Id of the model that computed the embedding. */
                model: string;
                vector: number[];
                /** @description Quality of the face from its detection; a face with score 0 is not judged. */
                quality?: {
                    score: number;
                    reasons: ("blurred" | "too_small" | "turned_away" | "badly_exposed" | "not_clearly_visible")[];
                };
            };
            /** @description Id or name of the subject. */
            subject?: components["schemas"]["SubjectName"];
        } | {
            /**
             * Format: byte
             * @description The photo in base64, or as a data: URL.
             */
            photo?: string;
            /**
             * Format: uri
             * @description Address from which the server fetches the photo, if its settings permit it.
             */
            photo_url?: string;
            /** @description File name of the photo. */
            name?: string;
            embedding: {
                /** @description Id of the model that computed the embedding. */
                model: string;
                vector: number[];
                /** @description Quality of the face from its detection; a face with score 0 is not judged. */
                quality?: {
                    score: number;
                    reasons: ("blurred" | "too_small" | "turned_away" | "badly_exposed" | "not_clearly_visible")[];
                };
            };
            /** @description Id or name of the subject. */
            subject?: components["schemas"]["SubjectName"];
        } | {
            /**
             * Format: byte
             * @description The photo in base64, or as a data: URL.
             */
            photo?: string;
            /**
             * Format: uri
             * @description Address from which the server fetches the photo, if its settings permit it.
             */
            photo_url?: string;
            /** @description File name of the photo. */
            name?: string;
            embedding?: {
                /** @description Id of the model that computed the embedding. */
                model: string;
                vector: number[];
                /** @description Quality of the face from its detection; a face with score 0 is not judged. */
                quality?: {
                    score: number;
                    reasons: ("blurred" | "too_small" | "turned_away" | "badly_exposed" | "not_clearly_visible")[];
                };
            };
            /** @description Id or name of the subject. */
            subject: components["schemas"]["SubjectName"];
        };
        Gallery: {
            name: string;
            /** @description Number of subjects with photos, who can be recognized. */
            people: number;
            /** @description Number of all subjects, those without a photo included. */
            subjects: number;
            templates: number;
            model: string | null;
            protected: boolean;
        };
        GallerySettings: {
            /** @description Purpose for which subjects are kept. */
            purpose: string | null;
            /** @description Number of days that subjects are kept; null for no limit. */
            keep_days: number | null;
            /** @description Records of identifications; off by default, so that nothing of a photo is stored. */
            events: {
                /** @description Whether identifications are recorded. */
                recording: boolean;
                keep_days: number | null;
                /** @description Whether the faces are stored too. */
                faces: boolean;
            };
            /** @description Records of visits with the best face of each, including unknown visitors; off by default. */
            visits: {
                /** @description Whether visits at live cameras are recorded. */
                recording: boolean;
                keep_days: number;
            };
        };
        AuditEntry: {
            number: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            at: string;
            actor: string;
            action: string;
            subject_id: string | null;
            details: {
                [key: string]: unknown;
            };
        };
        Subject: {
            id: string;
            name: string;
            /** @description Number of enrolled faces with a template of the model in use. */
            templates: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            created_at: string;
            external_id: string | null;
            metadata: {
                [key: string]: unknown;
            };
            tags: string[];
            purpose: string | null;
            consented_at: string | null;
            keep_until: string | null;
        };
        /** @description Signed receipt; its field names are those of the receipt file, not of this API. */
        ErasureReceipt: {
            format: string;
            version: number;
            gallery: string;
            subject: string;
            externalId: string | null;
            reference: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            erasedAt: string;
            actor: string;
            removed: {
                [key: string]: number;
            };
            checks: {
                notFound: boolean;
                rows: number;
            };
            backups: {
                path: string;
                at: string;
                readable: boolean;
            }[];
            signature: {
                [key: string]: unknown;
            };
        };
        PossibleDuplicate: {
            /** @description Both subjects; whoever was added first comes first. */
            subjects: [
                components["schemas"]["NamedSubject"],
                components["schemas"]["NamedSubject"]
            ];
            /** @description Similarity of their two most similar photos. */
            similarity: number;
            /** @description Probability that two photos of this similarity show one person, at even prior odds. */
            probability: number | null;
        };
        DifferentPeople: {
            subjects: [
                components["schemas"]["NamedSubject"],
                components["schemas"]["NamedSubject"]
            ];
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            created_at: string;
        };
        Enrollment: {
            enrolled: {
                photo: string;
                /**
                 * @description `known`: this face of this photo was already enrolled.
                 * @enum {string}
                 */
                outcome: "added" | "known";
                face: components["schemas"]["EnrolledFace"];
                /** @description Number of other, smaller faces in the photo, which are not enrolled. */
                other_faces: number;
                /** @description Reasons why the face is of poor quality. */
                warnings: string[];
                /** @description Only where it was asked for. */
                liveness?: components["schemas"]["Liveness"];
            }[];
            refused: {
                photo: string;
                code: string;
                detail: string;
            }[];
        };
        EnrolledFace: {
            /** @description Unchanged when the gallery migrates to another model. */
            id: string;
            template_id: string;
            subject: components["schemas"]["NamedSubject"];
            /** @description File name of the photo. */
            photo: string;
            /** @description Position in the enrolled photo, in pixels. */
            box: components["schemas"]["Box"];
            quality: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            created_at: string;
        };
        Correction: {
            id: string;
            /** @enum {string} */
            kind: "not" | "same";
            subject: components["schemas"]["NamedSubject"];
            photo: string;
            box: components["schemas"]["Box"];
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            created_at: string;
        };
        Picture: {
            /** @enum {string} */
            kind: "subject" | "face" | "visit" | "correction";
            id: string;
            /** @description JPEG in base64. */
            image: string;
        };
        Calibration: {
            /** @description Null: the thresholds of the model card are in use. */
            calibration: {
                basis: {
                    data: string;
                    subjects: number | null;
                    genuinePairs: number | null;
                    impostorPairs: number | null;
                };
                method: string;
                /** @description Largest rate first: the rates fall, and the similarities rise. */
                thresholds: {
                    fmr: number;
                    similarity: number;
                }[];
                tail: number | null;
                ambiguity: number;
                date?: string;
                cohort?: string;
                ownCohort?: {
                    sha256: string;
                    groups: number;
                    people: number;
                    neighbors: number;
                    ordinary: number;
                    weight: number;
                    data: string;
                    license: string;
                    use: string;
                    permittedUses?: ("commercial" | "research")[];
                    /** Format: base64 */
                    file: string;
                };
                groups?: {
                    name: string;
                    people: number;
                    asked: number;
                    fmr: number;
                    interval: [
                        number,
                        number
                    ];
                }[];
                rarest?: number;
                note?: string;
                counted?: number;
                intervals?: [
                    number,
                    number
                ][];
                probability?: {
                    /** @constant */
                    form: "logistic";
                    intercept: number;
                    slope: number;
                } | {
                    /** @constant */
                    form: "isotonic";
                    /** @description Pairs of a similarity and its probability, 0 to 1; both in rising order. */
                    points: [
                        number,
                        number
                    ][];
                };
            } | null;
        };
        Event: {
            number: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            at: string;
            /** @description Whether its content was deleted with a subject. */
            erased: boolean;
            answer: ("match" | "unknown" | "not_judgeable") | null;
            reason: ("blurred" | "too_small" | "turned_away" | "badly_exposed" | "not_clearly_visible" | "attack" | "liveness_not_judgeable" | "empty_gallery" | "below_threshold" | "already_in_photo" | "ambiguous" | "corrected") | null;
            subject: components["schemas"]["NamedSubject"] | null;
            similarity: number | null;
            threshold: components["schemas"]["Threshold"] | null;
            candidates: {
                subject: components["schemas"]["NamedSubject"];
                /** @description Cosine similarity, −1 to 1; higher is more similar. */
                similarity: number;
                template_id: string;
            }[];
            box: components["schemas"]["Box"] | null;
            quality: {
                score: number;
                reasons: ("blurred" | "too_small" | "turned_away" | "badly_exposed" | "not_clearly_visible")[];
            } | null;
            has_face: boolean;
        };
        Visit: {
            id: string;
            camera: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            first_at: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            last_at: string;
            /** @description Null for an unknown visitor. */
            subject: components["schemas"]["NamedSubject"] | null;
            /** @description Id of the unknown visitor, also after the visitor was named. */
            visitor: string | null;
            quality: number;
            similarity: number | null;
            /** @description Basis of the answer: measurements of the best face. */
            explanation: {
                answer: string;
                similarity: number | null;
                threshold: number | null;
                margin: number | null;
                probability: number | null;
                frames: number;
            } | null;
            has_face: boolean;
        };
        Visitor: {
            id: string;
            visits: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            first_at: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            last_at: string;
            /** @description Camera of the last visit. */
            camera: string;
            /** @description Id of the visit with the best face. */
            best_visit: string;
        };
        Camera: {
            camera: string;
            visits: number;
            /** @description First visit; null where none was recorded. */
            first_at: string | null;
            /** @description End of the last visit; null where none was recorded. */
            last_at: string | null;
            /** @description State that the program reports that watches the camera; null for a camera that is not watched. */
            watch: components["schemas"]["CameraWatch"] | null;
        };
        CameraWatch: {
            /**
             * @description `offline`: it delivers no frames and is tried again; `failed`: it cannot be read and is not tried again; `lost`: the program that watches it has not reported for 35 seconds.
             * @enum {string}
             */
            state: "starting" | "online" | "offline" | "failed" | "lost";
            /**
             * Format: date-time
             * @description When this state began; of a lost camera, when it was last reported.
             */
            since: string;
            /**
             * Format: date-time
             * @description When the program last reported the camera.
             */
            heard_at: string;
            /** @description When its last frame was examined; no frame is kept. */
            frame_at: string | null;
            frames_per_second: number | null;
            /** @description Code of the error because of which it failed. */
            error: string | null;
            /** @description Number of programs that currently report a camera of this name. If there are several, each records the same visits: stop all but one, or rename the cameras. */
            programs: number;
        };
        Greeting: {
            /** @description Text of the greeting; `{names}` stands for the names. */
            phrase: string;
            /** @description Absence after which a subject is greeted again. */
            again_after_seconds: number;
        };
        Job: {
            id: string;
            gallery: string;
            /** @enum {string} */
            kind: "enroll" | "migrate" | "evaluate" | "calibrate";
            /** @enum {string} */
            state: "waiting" | "running" | "done" | "failed" | "cancelled";
            done: number;
            /** @description Null while unknown. */
            total: number | null;
            result: {
                [key: string]: unknown;
            } | null;
            error: {
                code: string;
                detail: string;
            } | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            created_at: string;
            finished_at: string | null;
        };
        DemandedLiveness: {
            /**
             * @description What is demanded of live frames; frames of embeddings are refused unless it is `off`.
             * @enum {string}
             */
            live: "off" | "observe" | "require";
            /** @description Whether the kiosk greets only who has followed a challenge. */
            challenge: boolean;
        };
        LivenessChallenge: {
            id: string;
            /** @description What every frame has to repeat. */
            nonce: string;
            /** @description Number of steps; each is announced when its turn comes. */
            steps: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            expires_at: string;
        };
        LivenessResult: {
            /** @description Signed; accepted once, by `identify` or `verify`. */
            result: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            expires_at: string;
            /** @enum {string} */
            basis: "override";
        };
        Key: {
            id: string;
            name: string;
            scopes: ("read" | "identify" | "enroll" | "metrics" | "admin")[];
            /** @description Names of galleries, or `*` for all. */
            galleries: string[];
            /** @description Service of CompreFace's API that accepts the key. */
            service: ("recognition" | "detection" | "verification") | null;
            requests_per_minute: number | null;
            photos_per_day: number | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            created_at: string;
            expires_at: string | null;
        };
        NewKey: {
            id: string;
            name: string;
            scopes: ("read" | "identify" | "enroll" | "metrics" | "admin")[];
            /** @description Names of galleries, or `*` for all. */
            galleries: string[];
            /** @description Service of CompreFace's API that accepts the key. */
            service: ("recognition" | "detection" | "verification") | null;
            requests_per_minute: number | null;
            photos_per_day: number | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            created_at: string;
            expires_at: string | null;
            /** @description The key itself, shown only in this response. */
            key: string;
        };
        Session: {
            /** @description Null if the caller is not authenticated. */
            caller: {
                /** @description Name of the key or the account. */
                name: string;
                scopes: ("read" | "identify" | "enroll" | "metrics" | "admin")[];
                /** @description Names of galleries, or `*` for all. */
                galleries: string[];
                /** @description Id of the key; null for an account, and for a request from this machine. */
                key: string | null;
                /** @description The account of the person who has signed in; null for a key. */
                account: {
                    id: string;
                    /** @enum {string} */
                    role: "viewer" | "operator" | "administrator";
                    /** @description Whether its owner can sign in with a password. */
                    has_password: boolean;
                } | null;
            } | null;
            /** @description Whether the caller uses a session, which can be ended. */
            signed_in: boolean;
            /** @description Whether there is an account; otherwise an administrator can be created with a key. */
            has_accounts: boolean;
            /** @description The OpenID Connect provider at which people can also sign in; null without one. */
            provider: {
                /** @description Name of the provider. */
                label: string;
            } | null;
        };
        Account: {
            id: string;
            name: string;
            /**
             * @description `viewer` identifies and reads, `operator` enrolls too, `administrator` does all.
             * @enum {string}
             */
            role: "viewer" | "operator" | "administrator";
            /** @description Names of galleries, or `*` for all. */
            galleries: string[];
            disabled: boolean;
            /** @description Whether its owner can sign in with a password. */
            has_password: boolean;
            /** @description Identity of its owner at an OpenID Connect provider; null without one. */
            identity: {
                issuer: string;
                subject: string;
            } | null;
            /** @description When its invitation expires; null without one. */
            invited_until: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            created_at: string;
            /** @description When its owner last signed in; null for never. */
            signed_in_at: string | null;
        };
        Invitation: {
            invitation: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            expires_at: string;
        };
        AccountSession: {
            id: string;
            /** @description Browser and system, such as `Firefox, Windows`. */
            browser: string;
            /**
             * @description How its owner signed in: with a password, or at an OpenID Connect provider.
             * @enum {string}
             */
            method: "password" | "oidc";
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description Last use, to a minute.
             */
            seen_at: string;
            /**
             * Format: date-time
             * @description When it ends unless it is used before.
             */
            expires_at: string;
            /** @description Whether it is the session of this request. */
            current: boolean;
        };
        Networks: {
            detection: {
                name: string;
                sha256: string;
                bytes: number;
                input: {
                    width: number;
                    height: number;
                    /** @enum {string} */
                    channels: "rgb" | "bgr" | "gray";
                    mean: number;
                    scale: number;
                };
                source: {
                    from: string;
                    path?: string;
                };
                license: string;
                use: string;
                permittedUses?: ("commercial" | "research")[];
                /** @constant */
                task: "detection";
                /** @enum {string} */
                decoder: "ssd" | "yunet" | "scrfd";
                multiple: number | null;
                faceWidths: [
                    number,
                    number
                ];
                minScore: number;
                clearScore: number;
            };
            landmarks: {
                name: string;
                sha256: string;
                bytes: number;
                input: {
                    width: number;
                    height: number;
                    /** @enum {string} */
                    channels: "rgb" | "bgr" | "gray";
                    mean: number;
                    scale: number;
                };
                source: {
                    from: string;
                    path?: string;
                };
                license: string;
                use: string;
                permittedUses?: ("commercial" | "research")[];
                /** @constant */
                task: "landmarks";
            };
            embedding: {
                name: string;
                sha256: string;
                bytes: number;
                input: {
                    width: number;
                    height: number;
                    /** @enum {string} */
                    channels: "rgb" | "bgr" | "gray";
                    mean: number;
                    scale: number;
                };
                source: {
                    from: string;
                    path?: string;
                };
                license: string;
                use: string;
                permittedUses?: ("commercial" | "research")[];
                /** @constant */
                task: "embedding";
                dimensions: number;
                /** @enum {string} */
                alignment: "arcface-112" | "openface-96";
                visibility: [
                    number,
                    number
                ] | null;
                cohort?: {
                    sha256: string;
                    groups: number;
                    people: number;
                    neighbors: number;
                    ordinary: number;
                    weight: number;
                    data: string;
                    license: string;
                    use: string;
                    permittedUses?: ("commercial" | "research")[];
                };
                calibration: {
                    basis: {
                        data: string;
                        subjects: number | null;
                        genuinePairs: number | null;
                        impostorPairs: number | null;
                    };
                    method: string;
                    /** @description Largest rate first: the rates fall, and the similarities rise. */
                    thresholds: {
                        fmr: number;
                        similarity: number;
                    }[];
                    tail: number | null;
                    ambiguity: number;
                    date?: string;
                    cohort?: string;
                    ownCohort?: {
                        sha256: string;
                        groups: number;
                        people: number;
                        neighbors: number;
                        ordinary: number;
                        weight: number;
                        data: string;
                        license: string;
                        use: string;
                        permittedUses?: ("commercial" | "research")[];
                        /** Format: base64 */
                        file: string;
                    };
                    groups?: {
                        name: string;
                        people: number;
                        asked: number;
                        fmr: number;
                        interval: [
                            number,
                            number
                        ];
                    }[];
                    rarest?: number;
                    note?: string;
                    counted?: number;
                    intervals?: [
                        number,
                        number
                    ][];
                    probability?: {
                        /** @constant */
                        form: "logistic";
                        intercept: number;
                        slope: number;
                    } | {
                        /** @constant */
                        form: "isotonic";
                        /** @description Pairs of a similarity and its probability, 0 to 1; both in rising order. */
                        points: [
                            number,
                            number
                        ][];
                    };
                } | null;
                otherCohorts?: {
                    cohort: {
                        sha256: string;
                        groups: number;
                        people: number;
                        neighbors: number;
                        ordinary: number;
                        weight: number;
                        data: string;
                        license: string;
                        use: string;
                        permittedUses?: ("commercial" | "research")[];
                    };
                    calibration: {
                        basis: {
                            data: string;
                            subjects: number | null;
                            genuinePairs: number | null;
                            impostorPairs: number | null;
                        };
                        method: string;
                        /** @description Largest rate first: the rates fall, and the similarities rise. */
                        thresholds: {
                            fmr: number;
                            similarity: number;
                        }[];
                        tail: number | null;
                        ambiguity: number;
                        date?: string;
                        cohort?: string;
                        ownCohort?: {
                            sha256: string;
                            groups: number;
                            people: number;
                            neighbors: number;
                            ordinary: number;
                            weight: number;
                            data: string;
                            license: string;
                            use: string;
                            permittedUses?: ("commercial" | "research")[];
                            /** Format: base64 */
                            file: string;
                        };
                        groups?: {
                            name: string;
                            people: number;
                            asked: number;
                            fmr: number;
                            interval: [
                                number,
                                number
                            ];
                        }[];
                        rarest?: number;
                        note?: string;
                        counted?: number;
                        intervals?: [
                            number,
                            number
                        ][];
                        probability?: {
                            /** @constant */
                            form: "logistic";
                            intercept: number;
                            slope: number;
                        } | {
                            /** @constant */
                            form: "isotonic";
                            /** @description Pairs of a similarity and its probability, 0 to 1; both in rising order. */
                            points: [
                                number,
                                number
                            ][];
                        };
                    };
                }[];
            };
        };
        ModelFile: {
            name: string;
            /** @enum {string} */
            task: "detection" | "landmarks" | "embedding" | "liveness";
            /** @description Model id of its embeddings; null for other networks. */
            id: string | null;
            /** @enum {string} */
            origin: "builtin" | "catalog" | "added";
            /** @enum {string} */
            state: "ready" | "missing" | "corrupt";
            /** @description Whether the server uses it. */
            in_use: boolean;
            bytes: number;
            /** @description Source of the file. */
            from: string;
            license: string;
            /** @description Permitted use, and what is unknown about it. */
            use: string;
            /** @description Whether its model card has thresholds. */
            calibrated: boolean;
        };
        Model: {
            id: string;
            name: string;
            dimensions: number;
            license: string;
            calibrated: boolean;
        };
        DiagnosticCheck: {
            /** @description What was examined, such as `model`; several may share a name. */
            name: string;
            /**
             * @description `missing`: not there yet, because nothing was done yet that makes it; `warning`: it works, but needs care; `wrong`: it does not work.
             * @enum {string}
             */
            state: "ok" | "missing" | "warning" | "wrong";
            /** @description The finding, such as `model-corrupt`. */
            code: string;
            /** @description The values of the finding. */
            facts: {
                [key: string]: string | number | boolean | null | string[];
            };
            /** @description The finding in English, with what to do. */
            detail: string;
        };
        Problem: {
            /** @description `urn:agnize:error:` followed by the code. */
            type: string;
            /** @description Name of the HTTP status. */
            title: string;
            status: number;
            /** @description One sentence: what is wrong and what to do. */
            detail: string;
            /**
             * @description Stable identifier of the error, for programs.
             * @enum {string}
             */
            code: "photo-not-found" | "not-an-image" | "image-damaged" | "image-too-large" | "photo-crashed" | "no-face" | "several-faces" | "poor-quality" | "not-live" | "unknown-subject" | "unknown-face" | "unknown-correction" | "subject-exists" | "already-enrolled" | "bad-name" | "model-missing" | "model-corrupt" | "model-unknown" | "model-invalid" | "wrong-model" | "wrong-cohort" | "not-calibrated" | "offline" | "download-failed" | "license-not-accepted" | "license-forbids" | "too-few-photos" | "training-diverged" | "unknown-gallery" | "gallery-exists" | "gallery-locked" | "gallery-damaged" | "gallery-too-new" | "archive-damaged" | "store-unreachable" | "store-unsupported" | "key-missing" | "wrong-key" | "read-only" | "disk-full" | "unauthorized" | "forbidden" | "unknown-visitor" | "unknown-key" | "wrong-password" | "weak-password" | "unknown-account" | "account-exists" | "last-administrator" | "unknown-session" | "no-account" | "sign-in-expired" | "provider-unreachable" | "provider-refused" | "provider-untrusted" | "camera-shared" | "unknown-job" | "unknown-challenge" | "challenge-taken" | "liveness-result-unknown" | "liveness-result-used" | "liveness-result-expired" | "liveness-result-elsewhere" | "liveness-result-photo" | "not-found" | "method-not-allowed" | "unsupported-media-type" | "request-too-large" | "url-refused" | "changed-meanwhile" | "idempotency-conflict" | "rate-limited" | "quota-exceeded" | "overloaded" | "timed-out" | "platform-unsupported" | "device-unavailable" | "bad-argument" | "cancelled" | "closed" | "internal";
            request_id: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    detect: {
        parameters: {
            query?: {
                /** @description Thoroughness of the search for small faces; default auto. */
                detail?: "fast" | "auto" | "full";
                /** @description Whether to average each embedding with that of the mirrored face; default false. */
                flip?: boolean;
                /** @description Whether faces are told from pictures of faces: `observe` reports it, `require` recognizes live faces only; default `off`. */
                liveness?: "off" | "observe" | "require";
            };
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description Each photo at most as large as the server's setting `maxMegabytes`. */
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    photo: string;
                };
                "image/*": string;
                "application/json": components["schemas"]["PhotoInput"];
            };
        };
        responses: {
            /** @description The faces. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Photo"];
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `photo-not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `image-too-large`, `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-an-image`, `image-damaged`, `photo-crashed`, `url-refused`, `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`, `quota-exceeded` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`, `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `timed-out` */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    embed: {
        parameters: {
            query?: {
                /** @description Thoroughness of the search for small faces; default auto. */
                detail?: "fast" | "auto" | "full";
                /** @description Whether to average each embedding with that of the mirrored face; default false. */
                flip?: boolean;
                /** @description Whether faces are told from pictures of faces: `observe` reports it, `require` recognizes live faces only; default `off`. */
                liveness?: "off" | "observe" | "require";
            };
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description Each photo at most as large as the server's setting `maxMegabytes`. */
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    photo: string;
                };
                "image/*": string;
                "application/json": components["schemas"]["PhotoInput"];
            };
        };
        responses: {
            /** @description The faces. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Photo"];
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `photo-not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `image-too-large`, `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-an-image`, `image-damaged`, `photo-crashed`, `url-refused`, `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`, `quota-exceeded` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`, `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `timed-out` */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    identify: {
        parameters: {
            query?: {
                /** @description Thoroughness of the search for small faces; default auto. */
                detail?: "fast" | "auto" | "full";
                /** @description Whether to average each embedding with that of the mirrored face; default false. */
                flip?: boolean;
                /** @description Whether faces are told from pictures of faces: `observe` reports it, `require` recognizes live faces only; default `off`. */
                liveness?: "off" | "observe" | "require";
                /** @description Only subjects with one of these names. */
                subject?: components["schemas"]["SubjectName"] | components["schemas"]["SubjectName"][];
                /** @description Only subjects with all of these tags. */
                tag?: components["schemas"]["SubjectWord"] | components["schemas"]["SubjectWord"][];
                /** @description Only subjects with this `field=value` in the metadata; the value is JSON, or otherwise a text. */
                where?: string | string[];
                /** @description Whether to return the embedding of each face; default false. */
                embeddings?: boolean;
                /** @description Share of strangers who may be named by a search, between 0 and 1; default 0.001. */
                fpir?: number;
                /** @description False match rate of a single comparison, between 0 and 1, instead of `fpir`. */
                fmr?: number;
                /** @description Fixed similarity from −1 to 1, instead of a rate. */
                threshold?: number;
                /** @description Default 5. */
                candidates?: number;
                /** @description How the similarities of several templates are combined. */
                fusion?: "mean" | "best";
                /** @description Whether a subject may appear more than once in a photo, as in mirrors; default false. */
                allow_duplicates?: boolean;
                /** @description Result of a challenge, in place of the photo: the face that passed it. */
                liveness_result?: string;
            };
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        /** @description Each photo at most as large as the server's setting `maxMegabytes`. */
        requestBody?: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    photo: string;
                };
                "image/*": string;
                "application/json": components["schemas"]["PhotoInput"];
            };
        };
        responses: {
            /** @description Every face with its answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentifiedPhoto"];
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`, `liveness-result-elsewhere` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `photo-not-found`, `unknown-subject`, `unknown-gallery`, `liveness-result-unknown` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-model`, `wrong-cohort`, `not-calibrated`, `liveness-result-used`, `liveness-result-expired` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `image-too-large`, `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-an-image`, `image-damaged`, `photo-crashed`, `liveness-result-photo`, `url-refused`, `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`, `quota-exceeded` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`, `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `timed-out` */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    identifyEmbeddings: {
        parameters: {
            query?: {
                /** @description Thoroughness of the search for small faces; default auto. */
                detail?: "fast" | "auto" | "full";
                /** @description Whether to average each embedding with that of the mirrored face; default false. */
                flip?: boolean;
                /** @description Liveness is judged on a photo, not on an embedding: send the photo. */
                liveness?: "off";
                /** @description Only subjects with one of these names. */
                subject?: components["schemas"]["SubjectName"] | components["schemas"]["SubjectName"][];
                /** @description Only subjects with all of these tags. */
                tag?: components["schemas"]["SubjectWord"] | components["schemas"]["SubjectWord"][];
                /** @description Only subjects with this `field=value` in the metadata; the value is JSON, or otherwise a text. */
                where?: string | string[];
                /** @description Whether to return the embedding of each face; default false. */
                embeddings?: boolean;
                /** @description Share of strangers who may be named by a search, between 0 and 1; default 0.001. */
                fpir?: number;
                /** @description False match rate of a single comparison, between 0 and 1, instead of `fpir`. */
                fmr?: number;
                /** @description Fixed similarity from −1 to 1, instead of a rate. */
                threshold?: number;
                /** @description Default 5. */
                candidates?: number;
                /** @description How the similarities of several templates are combined. */
                fusion?: "mean" | "best";
                /** @description Whether a subject may appear more than once in a photo, as in mirrors; default false. */
                allow_duplicates?: boolean;
            };
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        /** @description At most 1200 kB. */
        requestBody: {
            content: {
                "application/json": {
                    embeddings: {
                        /** @description Id of the model that computed the embedding. */
                        model: string;
                        vector: number[];
                        /** @description Quality of the face from its detection; a face with score 0 is not judged. */
                        quality?: {
                            score: number;
                            reasons: ("blurred" | "too_small" | "turned_away" | "badly_exposed" | "not_clearly_visible")[];
                        };
                    }[];
                };
            };
        };
        responses: {
            /** @description An answer for each embedding, in their order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        faces: components["schemas"]["Verdict"][];
                    };
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-subject`, `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-model`, `wrong-cohort`, `not-calibrated` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`, `quota-exceeded` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`, `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `timed-out` */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verify: {
        parameters: {
            query?: {
                /** @description Thoroughness of the search for small faces; default auto. */
                detail?: "fast" | "auto" | "full";
                /** @description Whether to average each embedding with that of the mirrored face; default false. */
                flip?: boolean;
                /** @description Whether faces are told from pictures of faces: `observe` reports it, `require` recognizes live faces only; default `off`. */
                liveness?: "off" | "observe" | "require";
                /** @description Whether to return the embedding of each face; default false. */
                embeddings?: boolean;
                /** @description Share of different people who may pass as the same, between 0 and 1; default 0.001. */
                fmr?: number;
                /** @description Fixed similarity from −1 to 1, instead of a rate. */
                threshold?: number;
                /** @description Result of a challenge, in place of the photo: the face that passed it. */
                liveness_result?: string;
                /** @description Id or name of the subject, as side `b`. */
                subject?: components["schemas"]["SubjectName"];
            };
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        /** @description Each photo at most as large as the server's setting `maxMegabytes`. */
        requestBody?: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    a?: string;
                    /** Format: binary */
                    b?: string;
                };
                "image/*": string;
                "application/json": {
                    a?: components["schemas"]["VerificationFace"];
                    b?: components["schemas"]["VerificationSide"];
                };
            };
        };
        responses: {
            /** @description The comparison. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verification"];
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`, `liveness-result-elsewhere` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `photo-not-found`, `unknown-subject`, `unknown-gallery`, `liveness-result-unknown` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-model`, `wrong-cohort`, `not-calibrated`, `liveness-result-used`, `liveness-result-expired` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `image-too-large`, `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-an-image`, `image-damaged`, `photo-crashed`, `no-face`, `liveness-result-photo`, `url-refused`, `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`, `quota-exceeded` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`, `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `timed-out` */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listGalleries: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The galleries, sorted by name. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Gallery"][];
                    };
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createGallery: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description At most 64 kB. */
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                };
            };
        };
        responses: {
            /** @description The created gallery. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Gallery"];
                };
            };
            /** @description `bad-name`, `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `gallery-exists` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGallery: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The gallery. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Gallery"];
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteGallery: {
        parameters: {
            query: {
                /** @description The name of the deleted gallery. */
                confirm: string;
            };
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGallerySettings: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settings. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GallerySettings"];
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateGallerySettings: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the state to change; another is refused. */
                "If-Match"?: string;
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        /** @description At most 64 kB. */
        requestBody?: {
            content: {
                "application/json": {
                    purpose?: string | null;
                    keep_days?: number | null;
                    events?: {
                        recording?: boolean;
                        keep_days?: number | null;
                        faces?: boolean;
                    };
                    visits?: {
                        recording?: boolean;
                        keep_days?: number;
                    };
                };
            };
        };
        responses: {
            /** @description The settings after the change. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GallerySettings"];
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `changed-meanwhile` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAuditLog: {
        parameters: {
            query?: {
                /** @description Maximum number of items; default 100. */
                limit?: number;
                /** @description `next` of the previous page. */
                cursor?: string;
                /** @description Order of the results. */
                order?: "oldest" | "newest";
                /** @description Only entries about this subject. */
                subject_id?: string;
                /** @description Only erasures of a subject with this name, external id or reference, all on one page. */
                erased?: string;
            };
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Entries. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AuditEntry"][];
                        /** @description `cursor` of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSubjects: {
        parameters: {
            query?: {
                /** @description Maximum number of items; default 100. */
                limit?: number;
                /** @description `next` of the previous page. */
                cursor?: string;
                /** @description Only subjects with one of these names. */
                subject?: components["schemas"]["SubjectName"] | components["schemas"]["SubjectName"][];
                /** @description Only subjects with all of these tags. */
                tag?: components["schemas"]["SubjectWord"] | components["schemas"]["SubjectWord"][];
                /** @description Only subjects with this `field=value` in the metadata; the value is JSON, or otherwise a text. */
                where?: string | string[];
                /** @description Words or parts of words of the name, in any order; case and accents are ignored. */
                search?: string;
            };
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of subjects, sorted by name. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Subject"][];
                        /** @description `cursor` of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createSubject: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        /** @description At most 1200 kB. */
        requestBody: {
            content: {
                "application/json": {
                    name: components["schemas"]["SubjectName"];
                    external_id?: (components["schemas"]["SubjectWord"] | "") | null;
                    metadata?: {
                        [key: string]: unknown;
                    };
                    tags?: components["schemas"]["SubjectWord"][];
                    purpose?: (components["schemas"]["SubjectWord"] | "") | null;
                    consented_at?: (string) | null;
                    keep_until?: (string) | null;
                };
            };
        };
        responses: {
            /** @description Added. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subject"];
                };
            };
            /** @description `bad-name`, `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `subject-exists` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTags: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tags in use, sorted by name. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            tag: string;
                            subjects: number;
                        }[];
                    };
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSubject: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
                /** @description Id or name of the subject. */
                subject: components["schemas"]["SubjectName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The subject, with its ETag. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subject"];
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-subject`, `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSubject: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the state to change; another is refused. */
                "If-Match"?: string;
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
                /** @description Id or name of the subject. */
                subject: components["schemas"]["SubjectName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The deleted subject. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subject"];
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-subject`, `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `changed-meanwhile` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateSubject: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the state to change; another is refused. */
                "If-Match"?: string;
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
                /** @description Id or name of the subject. */
                subject: components["schemas"]["SubjectName"];
            };
            cookie?: never;
        };
        /** @description At most 1200 kB. */
        requestBody?: {
            content: {
                "application/json": {
                    name?: components["schemas"]["SubjectName"];
                    external_id?: (components["schemas"]["SubjectWord"] | "") | null;
                    metadata?: {
                        [key: string]: unknown;
                    };
                    tags?: components["schemas"]["SubjectWord"][];
                    purpose?: (components["schemas"]["SubjectWord"] | "") | null;
                    consented_at?: (string) | null;
                    keep_until?: (string) | null;
                };
            };
        };
        responses: {
            /** @description The subject after the change. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subject"];
                };
            };
            /** @description `bad-name`, `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-subject`, `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `subject-exists` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `changed-meanwhile` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSubjectImage: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
                /** @description Id or name of the subject. */
                subject: components["schemas"]["SubjectName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description JPEG. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": string;
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-subject`, `unknown-face`, `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    mergeSubject: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the state to change; another is refused. */
                "If-Match"?: string;
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
                /** @description Id or name of the subject. */
                subject: components["schemas"]["SubjectName"];
            };
            cookie?: never;
        };
        /** @description At most 64 kB. */
        requestBody: {
            content: {
                "application/json": {
                    /** @description Id or name of the other subject. */
                    into: components["schemas"]["SubjectName"];
                };
            };
        };
        responses: {
            /** @description The other subject. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subject"];
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-subject`, `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `changed-meanwhile` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    eraseSubject: {
        parameters: {
            query?: {
                /** @description Reference of the erasure request, included in the receipt. */
                reference?: string;
            };
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
                /** @description Id or name of the subject. */
                subject: components["schemas"]["SubjectName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The receipt. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasureReceipt"];
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-subject`, `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportSubject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the gallery. */
                gallery: string;
                /** @description Id or name of the subject. */
                subject: components["schemas"]["SubjectName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A .tar.gz archive. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/gzip": string;
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-subject`, `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDuplicates: {
        parameters: {
            query?: {
                /** @description Maximum number of items; default 100. */
                limit?: number;
                /** @description `next` of the previous page. */
                cursor?: string;
            };
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of pairs, most similar first. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["PossibleDuplicate"][];
                        /** @description `cursor` of the next page; null on the last. */
                        next: string | null;
                        /** @description Number of pairs on all pages, at most 1,000. */
                        total: number;
                        /** @description Similarity from which two photos are as similar as photos of one person in this gallery. */
                        likeness: number;
                    };
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-model`, `wrong-cohort`, `not-calibrated` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`, `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDifferentPeople: {
        parameters: {
            query?: {
                /** @description Maximum number of items; default 100. */
                limit?: number;
                /** @description `next` of the previous page. */
                cursor?: string;
            };
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of results, oldest first. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DifferentPeople"][];
                        /** @description `cursor` of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    markDifferent: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
                /** @description Id or name of the subject. */
                subject: components["schemas"]["SubjectName"];
                /** @description Id or name of the other subject. */
                other: components["schemas"]["SubjectName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The record. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DifferentPeople"];
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-subject`, `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unmarkDifferent: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
                /** @description Id or name of the subject. */
                subject: components["schemas"]["SubjectName"];
                /** @description Id or name of the other subject. */
                other: components["schemas"]["SubjectName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description There is no such record now. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-subject`, `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listFaces: {
        parameters: {
            query?: {
                /** @description Maximum number of items; default 100. */
                limit?: number;
                /** @description `next` of the previous page. */
                cursor?: string;
            };
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
                /** @description Id or name of the subject. */
                subject: components["schemas"]["SubjectName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of faces, oldest first. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["EnrolledFace"][];
                        /** @description `cursor` of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-subject`, `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addFaces: {
        parameters: {
            query?: {
                /** @description Thoroughness of the search for small faces; default auto. */
                detail?: "fast" | "auto" | "full";
                /** @description Whether to average each embedding with that of the mirrored face; default false. */
                flip?: boolean;
                /** @description Whether faces are told from pictures of faces: `observe` reports it, `require` recognizes live faces only; default `off`. */
                liveness?: "off" | "observe" | "require";
                /** @description Whether to refuse faces of poor quality instead of warning; default false. */
                strict?: boolean;
                /** @description Point `x,y` inside the face, in pixels of the upright photo. */
                at?: string;
            };
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
                /** @description Id or name of the subject. */
                subject: components["schemas"]["SubjectName"];
            };
            cookie?: never;
        };
        /** @description Each photo at most as large as the server's setting `maxMegabytes`, all together `maxRequestMegabytes`. */
        requestBody: {
            content: {
                "multipart/form-data": {
                    photos: string[];
                };
                "image/*": string;
                "application/json": {
                    photos: components["schemas"]["PhotoInput"][];
                } | components["schemas"]["PhotoInput"];
            };
        };
        responses: {
            /** @description The result of each photo. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Enrollment"];
                };
            };
            /** @description `bad-name`, `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `photo-not-found`, `unknown-subject`, `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `already-enrolled`, `wrong-model`, `wrong-cohort` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `image-too-large`, `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-an-image`, `image-damaged`, `photo-crashed`, `no-face`, `several-faces`, `poor-quality`, `not-live`, `url-refused`, `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`, `quota-exceeded` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`, `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `timed-out` */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getFaceImage: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
                /** @description Id or name of the subject. */
                subject: components["schemas"]["SubjectName"];
                /** @description Id of the face. */
                face: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description JPEG. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": string;
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-subject`, `unknown-face`, `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteFace: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
                /** @description Id or name of the subject. */
                subject: components["schemas"]["SubjectName"];
                /** @description Id of the face. */
                face: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The deleted face. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrolledFace"];
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-subject`, `unknown-face`, `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    moveFace: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
                /** @description Id or name of the subject. */
                subject: components["schemas"]["SubjectName"];
                /** @description Id of the face. */
                face: string;
            };
            cookie?: never;
        };
        /** @description At most 64 kB. */
        requestBody: {
            content: {
                "application/json": {
                    /** @description Id or name of the other subject. */
                    to: components["schemas"]["SubjectName"];
                };
            };
        };
        responses: {
            /** @description The face after the change. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrolledFace"];
                };
            };
            /** @description `bad-name`, `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-subject`, `unknown-face`, `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    disownFace: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
                /** @description Id or name of the subject. */
                subject: components["schemas"]["SubjectName"];
                /** @description Id of the face. */
                face: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The correction. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Correction"];
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-subject`, `unknown-face`, `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPictures: {
        parameters: {
            query?: {
                /** @description Ids of subjects, for the best picture of each. */
                subject?: string | string[];
                /** @description Ids of enrolled faces. */
                face?: string | string[];
                /** @description Ids of visits. */
                visit?: string | string[];
                /** @description Ids of corrections. */
                correction?: string | string[];
            };
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The pictures. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Picture"][];
                    };
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCorrections: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Correction"][];
                    };
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addCorrection: {
        parameters: {
            query: {
                kind: "not" | "same";
                /** @description Id or name of the subject. */
                subject: components["schemas"]["SubjectName"];
                /** @description Point `x,y` inside the face, in pixels; default: the face most similar to the subject. */
                at?: string;
            };
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        /** @description Each photo at most as large as the server's setting `maxMegabytes`. */
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    photo: string;
                };
                "image/*": string;
                "application/json": components["schemas"]["PhotoInput"];
            };
        };
        responses: {
            /** @description The correction. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Correction"];
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `photo-not-found`, `unknown-subject`, `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-model`, `wrong-cohort` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `image-too-large`, `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-an-image`, `image-damaged`, `photo-crashed`, `no-face`, `several-faces`, `url-refused`, `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`, `quota-exceeded` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`, `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `timed-out` */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteCorrection: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
                correction: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The deleted correction. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Correction"];
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-correction`, `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCalibration: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The calibration. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Calibration"];
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setCalibration: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the state to change; another is refused. */
                "If-Match"?: string;
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        /** @description At most 64 kB. */
        requestBody: {
            content: {
                "application/json": {
                    calibration: {
                        basis: {
                            data: string;
                            subjects: number | null;
                            genuinePairs: number | null;
                            impostorPairs: number | null;
                        };
                        method: string;
                        /** @description Largest rate first: the rates fall, and the similarities rise. */
                        thresholds: {
                            fmr: number;
                            similarity: number;
                        }[];
                        tail: number | null;
                        ambiguity: number;
                        date?: string;
                        cohort?: string;
                        ownCohort?: {
                            sha256: string;
                            groups: number;
                            people: number;
                            neighbors: number;
                            ordinary: number;
                            weight: number;
                            data: string;
                            license: string;
                            use: string;
                            permittedUses?: ("commercial" | "research")[];
                            /** Format: base64 */
                            file: string;
                        };
                        groups?: {
                            name: string;
                            people: number;
                            asked: number;
                            fmr: number;
                            interval: [
                                number,
                                number
                            ];
                        }[];
                        rarest?: number;
                        note?: string;
                        counted?: number;
                        intervals?: [
                            number,
                            number
                        ][];
                        probability?: {
                            /** @constant */
                            form: "logistic";
                            intercept: number;
                            slope: number;
                        } | {
                            /** @constant */
                            form: "isotonic";
                            /** @description Pairs of a similarity and its probability, 0 to 1; both in rising order. */
                            points: [
                                number,
                                number
                            ][];
                        };
                    };
                } | {
                    /** @description Id of a finished job with `dry_run`. */
                    job: string;
                };
            };
        };
        responses: {
            /** @description The calibration after the change. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Calibration"];
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery`, `unknown-job` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-cohort` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `changed-meanwhile` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteCalibration: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the state to change; another is refused. */
                "If-Match"?: string;
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-cohort` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `changed-meanwhile` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description Maximum number of items; default 100. */
                limit?: number;
                /** @description `next` of the previous page. */
                cursor?: string;
                /** @description Order of the results. */
                order?: "oldest" | "newest";
                /** @description Only events that name this subject; newest first. */
                subject_id?: string;
            };
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of results. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Event"][];
                        /** @description `cursor` of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    clearEvents: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Number of deleted events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deleted: number;
                    };
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEventFace: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description JPEG. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": string;
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-face`, `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listVisits: {
        parameters: {
            query?: {
                /** @description Maximum number of items; default 100. */
                limit?: number;
                /** @description `next` of the previous page. */
                cursor?: string;
                /** @description Only visits of this subject. */
                subject_id?: string;
                /** @description Only visits of this visitor; earlier ids of the visitor also work. */
                visitor?: string;
                /** @description Only visits of unnamed visitors. */
                unknown?: boolean;
                /** @description Only visits at this camera. */
                camera?: string;
                /** @description Only visits that ended at this time or later. */
                since?: string;
                /** @description Only visits that began before this time. */
                until?: string;
            };
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of visits, newest first. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Visit"][];
                        /** @description `cursor` of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    searchVisits: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        /** @description Each photo at most as large as the server's setting `maxMegabytes`. */
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    photo: string;
                };
                "image/*": string;
                "application/json": components["schemas"]["PhotoInput"];
            };
        };
        responses: {
            /** @description All visits that are similar enough, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            visit: components["schemas"]["Visit"];
                            similarity: number;
                        }[];
                    };
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-calibrated` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no-face`, `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`, `quota-exceeded` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`, `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `timed-out` */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getVisitFace: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
                visit: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description JPEG. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": string;
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-face`, `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listVisitors: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Visitor"][];
                    };
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    regroupVisitors: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Number of visitors, and number of visits whose visitor changed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        strangers: number;
                        changed: number;
                    };
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-calibrated` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    nameVisitor: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
                visitor: string;
            };
            cookie?: never;
        };
        /** @description At most 64 kB. */
        requestBody: {
            content: {
                "application/json": {
                    /** @description Name of a new subject, or name or id of an existing one. */
                    name: components["schemas"]["SubjectName"];
                };
            };
        };
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        visits: number;
                        faces: number;
                    };
                };
            };
            /** @description `bad-name`, `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-subject`, `unknown-face`, `unknown-gallery`, `unknown-visitor` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-model`, `wrong-cohort` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no-face`, `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited`, `quota-exceeded` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`, `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `timed-out` */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    forgetVisitor: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
                visitor: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Number of deleted visits. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deleted: number;
                    };
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery`, `unknown-visitor` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCameras: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The cameras, sorted by name. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Camera"][];
                    };
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGreeting: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The greeting. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Greeting"];
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateGreeting: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the state to change; another is refused. */
                "If-Match"?: string;
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        /** @description At most 64 kB. */
        requestBody?: {
            content: {
                "application/json": {
                    phrase?: string | null;
                    again_after_seconds?: number | null;
                };
            };
        };
        responses: {
            /** @description The greeting after the change. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Greeting"];
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `changed-meanwhile` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listJobs: {
        parameters: {
            query?: {
                /** @description Maximum number of items; default 100. */
                limit?: number;
                /** @description `next` of the previous page. */
                cursor?: string;
            };
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of jobs, newest first. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Job"][];
                        /** @description `cursor` of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        /** @description At most 64 kB. */
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    kind: "enroll";
                    /** @description Path of a folder inside the server's `importFolder`. */
                    folder: string;
                } | {
                    /** @constant */
                    kind: "enrol";
                    /** @description Path of a folder inside the server's `importFolder`. */
                    folder: string;
                } | {
                    /** @constant */
                    kind: "evaluate";
                    /** @description Path of a folder inside the server's `importFolder`. */
                    folder: string;
                } | {
                    /** @constant */
                    kind: "calibrate";
                    /** @description Without a folder, the job uses the enrolled faces. */
                    folder?: string;
                    dry_run?: boolean;
                } | {
                    /** @constant */
                    kind: "migrate";
                    model: string;
                    /** @description Whether to switch to the model once every face is embedded. */
                    switch?: boolean;
                };
            };
        };
        responses: {
            /** @description The job. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createJobFromArchive: {
        parameters: {
            query?: {
                kind?: ("enroll" | "evaluate" | "calibrate") | "enrol";
                /** @description Whether to measure a calibration without using it; default false. */
                dry_run?: boolean;
            };
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        /** @description At most as large as the server's setting `maxArchiveMegabytes`. */
        requestBody: {
            content: {
                "application/zip": string;
                "application/x-tar": string;
                "application/gzip": string;
                "application/x-gzip": string;
            };
        };
        responses: {
            /** @description The job. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
                job: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery`, `unknown-job` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    followJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the gallery. */
                gallery: string;
                job: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": {
                        /** @constant */
                        event: "job";
                        data: string;
                    };
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery`, `unknown-job` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
                job: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job after the request. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery`, `unknown-job` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLiveness: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is demanded. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DemandedLiveness"];
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createChallenge: {
        parameters: {
            query?: {
                /** @description Whether the passive check also applies to the first frames; default true. */
                passive?: boolean;
            };
            header?: never;
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        /** @description At most 64 kB. */
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Steps that the person can perform, at least one of them a turn; at most three are chosen, in random order. Default: all except `blink`. */
                    steps?: ("turn-left" | "turn-right" | "look-up" | "come-closer" | "blink")[];
                };
            };
        };
        responses: {
            /** @description The challenge. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LivenessChallenge"];
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    overrideChallenge: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the gallery. */
                gallery: string;
                id: string;
            };
            cookie?: never;
        };
        /** @description At most 64 kB. */
        requestBody: {
            content: {
                "application/json": {
                    /** @description Why, for the audit log. */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description The result. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LivenessResult"];
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery`, `unknown-challenge` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no-face`, `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    vouchAtChallenge: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the gallery. */
                gallery: string;
                id: string;
            };
            cookie?: never;
        };
        /** @description At most 6 kB. */
        requestBody: {
            content: {
                "application/json": {
                    /** @description Why, for the audit log. */
                    reason: string;
                    key: string;
                } | {
                    /** @description Why, for the audit log. */
                    reason: string;
                    name: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description The result. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LivenessResult"];
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `wrong-password` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery`, `unknown-challenge` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no-face`, `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`, `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys, oldest first. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Key"][];
                    };
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description At most 64 kB. */
        requestBody: {
            content: {
                "application/json": {
                    /** @description Name of the key, such as its use. */
                    name: string;
                    scopes: (("read" | "identify" | "enroll" | "metrics" | "admin") | "enrol")[];
                    galleries: string[];
                    service?: ("recognition" | "detection" | "verification") | null;
                    requests_per_minute?: number | null;
                    photos_per_day?: number | null;
                    expires_at?: string | null;
                    /**
                     * Format: uuid
                     * @description Existing key of a CompreFace installation to use.
                     */
                    key?: string;
                };
            };
        };
        responses: {
            /** @description The key. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKey"];
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the key. */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The new key. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKey"];
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-key` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id of the key. */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-key` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description At most 6 kB. */
        requestBody: {
            content: {
                "application/json": {
                    key: string;
                } | {
                    name: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description Signed in. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `wrong-password` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`, `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createFirstAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description At most 6 kB. */
        requestBody: {
            content: {
                "application/json": {
                    key: string;
                    name: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description Created, and signed in. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description `bad-name`, `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account-exists` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `weak-password`, `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`, `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginSessionAtProvider: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description At most 6 kB. */
        requestBody: {
            content: {
                "application/json": {
                    /** @description Address of the console in the browser, such as `https://faces.example/`. */
                    console: string;
                    /** @description Page of the console to which the browser returns; default the first page. */
                    to?: string;
                    /** @description Invitation that links an account to the person who signs in. */
                    invitation?: string;
                };
            };
        };
        responses: {
            /** @description The address of the provider's page. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        url: string;
                    };
                };
            };
            /** @description `sign-in-expired`, `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`, `provider-refused` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `provider-unreachable`, `provider-untrusted` */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `read-only`, `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    finishSessionAtProvider: {
        parameters: {
            query?: {
                state?: string;
                code?: string;
                iss?: string;
                error?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Redirect to the console. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-name`, `sign-in-expired`, `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no-account`, `provider-refused` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account-exists` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `provider-unreachable`, `provider-untrusted` */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `read-only`, `overloaded`, `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAccounts: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The accounts. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Account"][];
                    };
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description At most 64 kB. */
        requestBody: {
            content: {
                "application/json": {
                    /** @description Name with which its owner signs in. */
                    name: string;
                    /** @enum {string} */
                    role: "viewer" | "operator" | "administrator";
                    /** @description Default: all. */
                    galleries?: string[];
                    /** @description Omit it for a person who signs in only at the provider. */
                    password?: string;
                    /** @description The owner's `sub` at the OpenID Connect provider. */
                    subject?: string;
                };
            };
        };
        responses: {
            /** @description The account. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description `bad-name`, `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account-exists` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `weak-password`, `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`, `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteAccount: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id of the account. */
                account: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-account` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `last-administrator` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the account. */
                account: string;
            };
            cookie?: never;
        };
        /** @description At most 64 kB. */
        requestBody?: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    role?: "viewer" | "operator" | "administrator";
                    galleries?: string[];
                    disabled?: boolean;
                    /** @description 12 to 256 characters. */
                    password?: string;
                    /** @description Null unlinks the account. */
                    subject?: string | null;
                };
            };
        };
        responses: {
            /** @description The account. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-account` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account-exists`, `last-administrator` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `weak-password`, `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`, `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    inviteAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the account. */
                account: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The invitation. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invitation"];
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-account`, `not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account-exists` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAccountSessions: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Id of the account. */
                account: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions, most recently used first. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AccountSession"][];
                    };
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-account` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endAccountSessions: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id of the account. */
                account: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-account` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endAccountSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Id of the account. */
                account: string;
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-account`, `unknown-session` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeOwnPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description At most 64 kB. */
        requestBody: {
            content: {
                "application/json": {
                    current: string;
                    /** @description 12 to 256 characters. */
                    password: string;
                };
            };
        };
        responses: {
            /** @description Changed. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `wrong-password` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `weak-password`, `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`, `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listOwnSessions: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions, most recently used first. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AccountSession"][];
                    };
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endOtherOwnSessions: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endOwnSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-session` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listNetworks: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One network for each step. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Networks"];
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getNetwork: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description SHA-256 of the file, from the model card. */
                sha256: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ONNX. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `model-unknown` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `model-missing`, `model-corrupt`, `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listModels: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ModelFile"][];
                    };
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pullModels: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The downloaded models. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        fetched: string[];
                    };
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `download-failed` */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `offline`, `read-only`, `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `disk-full` */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDue: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The subjects, longest overdue first. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            subject: {
                                id: string;
                                name: string;
                            };
                            since: string;
                            until: string;
                        }[];
                    };
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    eraseDue: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text; a write repeated with it is executed once. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A signed receipt for each subject. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        receipts: components["schemas"]["ErasureReceipt"][];
                    };
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-conflict` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReady: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "ready";
                    };
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `gallery-locked`, `store-unreachable`, `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getVersion: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The versions. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        name: "agnize";
                        version: string;
                        /** @constant */
                        api: "v1";
                    };
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metrics in the text format of Prometheus. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getModel: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The model. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Model"];
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDiagnostics: {
        parameters: {
            query?: {
                /** @description The gallery that is examined. */
                gallery?: string;
            };
            header?: {
                /** @description ETag of an answer that the client has. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The checks. */
            200: {
                headers: {
                    /** @description For `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: date-time
                         * @description When they were made: ISO 8601, UTC.
                         */
                        at: string;
                        checks: components["schemas"]["DiagnosticCheck"][];
                    };
                };
            };
            /** @description Unchanged since the answer with that ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    live: {
        parameters: {
            query?: {
                /** @description Thoroughness of the search for small faces; default auto. */
                detail?: "fast" | "auto" | "full";
                /** @description Whether to average each embedding with that of the mirrored face; default false. */
                flip?: boolean;
                /** @description Whether faces are told from pictures of faces: `observe` reports it, `require` recognizes live faces only; default `off`. */
                liveness?: "off" | "observe" | "require";
                /** @description Only subjects with one of these names. */
                subject?: components["schemas"]["SubjectName"] | components["schemas"]["SubjectName"][];
                /** @description Only subjects with all of these tags. */
                tag?: components["schemas"]["SubjectWord"] | components["schemas"]["SubjectWord"][];
                /** @description Only subjects with this `field=value` in the metadata; the value is JSON, or otherwise a text. */
                where?: string | string[];
                /** @description Whether to return the embedding of each face; default false. */
                embeddings?: boolean;
                /** @description Share of strangers who may be named by a search, between 0 and 1; default 0.001. */
                fpir?: number;
                /** @description False match rate of a single comparison, between 0 and 1, instead of `fpir`. */
                fmr?: number;
                /** @description Fixed similarity from −1 to 1, instead of a rate. */
                threshold?: number;
                /** @description Default 5. */
                candidates?: number;
                /** @description How the similarities of several templates are combined. */
                fusion?: "mean" | "best";
                /** @description Whether a subject may appear more than once in a photo, as in mirrors; default false. */
                allow_duplicates?: boolean;
                /** @description Name of the camera in recorded visits. */
                camera?: string;
                /** @description Id of a challenge: the frames follow it, and nobody is identified. */
                challenge?: string;
            };
            header?: never;
            path: {
                /** @description Name of the gallery. */
                gallery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The connection. */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `bad-argument` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unknown-gallery` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate-limited` */
            429: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-large`: the address and the headers are larger than 16 kB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `closed` */
            503: {
                headers: {
                    /** @description Seconds to wait, where a retry may succeed. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
